"""What products and other systems call."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
