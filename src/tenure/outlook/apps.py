from django.apps import AppConfig


class Outlook(AppConfig):
    name = "tenure.outlook"
    label = "outlook"
