from django.apps import AppConfig


class Cases(AppConfig):
    name = "tenure.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tenure.cases.guards import open_cases
        from tenure.entitlements.queries.guards import watch

        watch(open_cases)
