from django.apps import AppConfig


class Activation(AppConfig):
    name = "tenure.activation"
    label = "activation"
    default_auto_field = "django.db.models.BigAutoField"
