from django.apps import AppConfig


class Renewals(AppConfig):
    name = "tenure.renewals"
    label = "renewals"
    default_auto_field = "django.db.models.BigAutoField"
