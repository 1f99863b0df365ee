"""What customers, resellers and anyone may open."""

from django.urls import URLPattern, path

from tenure.portal.licences import views as licences

urlpatterns: list[URLPattern] = [
    path("licences", licences.index, name="licences"),
    path("licences/export", licences.export_list, name="licences-export"),
    path("licences/register", licences.register_by_number, name="licences-register"),
    path("licences/<str:serial>", licences.show, name="licence"),
    path("licences/<str:serial>/receipt", licences.receipt, name="licence-receipt"),
    path("licences/<str:serial>/register", licences.register, name="licence-register"),
]
