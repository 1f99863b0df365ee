from django.apps import AppConfig


class Papers(AppConfig):
    name = "tenure.papers"
    label = "papers"
    default_auto_field = "django.db.models.BigAutoField"
