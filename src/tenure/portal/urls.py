"""What customers, resellers and anyone may open."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
