"""Which door leads where: portal for customers and anyone, desk for staff, API for products."""

from django.urls import include, path

urlpatterns = [
    path("account/", include("allauth.urls")),
    path("desk/", include("tenure.desk.urls")),
    path("", include("tenure.api.urls")),
    path("", include("tenure.portal.urls")),
]
handler400 = "tenure.kit.refusals.bad_request"
handler403 = "tenure.kit.refusals.forbidden"
handler404 = "tenure.kit.refusals.not_found"
handler500 = "tenure.kit.refusals.server_error"
