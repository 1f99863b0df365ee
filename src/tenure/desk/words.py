"""The desk's words for values of the domains, translated when they are printed."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenure.accounts.words import Role

ROLES: dict[str, Promise] = {
    Role.OWNER.value: _("Licence owner"),
    Role.TECHNICAL.value: _("Technical contact"),
    Role.PURCHASING.value: _("Purchasing contact"),
    Role.VIEWER.value: _("Viewer"),
    Role.RESELLER.value: _("Reseller"),
}
