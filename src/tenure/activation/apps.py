from django.apps import AppConfig


class Activation(AppConfig):
    name = "tenure.activation"
    label = "activation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tenure.activation.guards import units_in_use
        from tenure.entitlements.queries.guards import watch

        watch(units_in_use)
