from django.apps import AppConfig


class Kit(AppConfig):
    name = "tenure.kit"
    label = "kit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tenure.kit import pseudo

        pseudo.install()
