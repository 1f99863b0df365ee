from django.apps import AppConfig


class Entitlements(AppConfig):
    name = "tenure.entitlements"
    label = "entitlements"
    default_auto_field = "django.db.models.BigAutoField"
