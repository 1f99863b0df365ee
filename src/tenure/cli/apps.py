from django.apps import AppConfig


class CommandLine(AppConfig):
    name = "tenure.cli"
    label = "cli"
    default_auto_field = "django.db.models.BigAutoField"
