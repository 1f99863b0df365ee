"""What the vendor's people open."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
