from django.apps import AppConfig


class Catalog(AppConfig):
    name = "tenure.catalog"
    label = "catalog"
    default_auto_field = "django.db.models.BigAutoField"
