from django.apps import AppConfig


class Api(AppConfig):
    name = "tenure.api"
    label = "api"
    default_auto_field = "django.db.models.BigAutoField"
