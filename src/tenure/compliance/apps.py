from django.apps import AppConfig


class Compliance(AppConfig):
    name = "tenure.compliance"
    label = "compliance"
    default_auto_field = "django.db.models.BigAutoField"
