from django.apps import AppConfig


class Policy(AppConfig):
    name = "tenure.policy"
    label = "policy"
    default_auto_field = "django.db.models.BigAutoField"
