"""Tags of the desk's pages."""

from django import template
from django.utils.functional import Promise

from tenure.desk.words import ROLES

register = template.Library()


@register.simple_tag
def role_words(role: str) -> Promise | str:
    """The word for a role; the code itself for one that has no word yet."""
    return ROLES.get(role, role)
