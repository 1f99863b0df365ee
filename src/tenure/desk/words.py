"""The desk's words for values of the domains, translated when they are printed."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenure.accounts.words import AccountRefusal, Role, StaffRole, TeamTopic

ROLES: dict[str, Promise] = {
    Role.OWNER.value: _("Licence owner"),
    Role.TECHNICAL.value: _("Technical contact"),
    Role.PURCHASING.value: _("Purchasing contact"),
    Role.VIEWER.value: _("Viewer"),
    Role.RESELLER.value: _("Reseller"),
}

STAFF_ROLES: dict[StaffRole, Promise] = {
    StaffRole.ENGINEER: _("Support engineer"),
    StaffRole.CARE_AGENT: _("Customer-care agent"),
    StaffRole.RENEWALS: _("Renewals representative"),
    StaffRole.ANALYST: _("Response analyst"),
    StaffRole.MANAGER: _("Manager"),
    StaffRole.OPERATOR: _("Operator"),
}

TOPICS: dict[TeamTopic, Promise] = {
    TeamTopic.TECHNICAL: _("Technical cases"),
    TeamTopic.LICENCES: _("Licence questions"),
    TeamTopic.SUPPORT_CONTRACT: _("Support-contract questions"),
    TeamTopic.ACCOUNT: _("Accounts"),
    TeamTopic.RENEWALS: _("Renewals"),
    TeamTopic.SAMPLES: _("Suspicious files"),
    TeamTopic.OTHER: _("Anything else"),
}

TEAM_CHANGES: dict[str, Promise] = {
    "accounts.team_added": _("The team was made"),
    "accounts.team_renamed": _("It was renamed from “%(before)s” to “%(after)s”"),
    "accounts.team_archived": _("It was archived"),
    "accounts.team_unarchived": _("It was put in use again"),
    "accounts.team_joined": _("%(person)s was put in the team"),
    "accounts.team_left": _("%(person)s was taken out of the team"),
}

TEAM_REFUSALS = {
    AccountRefusal.NAME_MISSING: _("Give the team a name with at least one Latin letter or figure."),
    AccountRefusal.NAME_TOO_LONG: _("Shorten the name to 100 characters."),
    AccountRefusal.TEAM_EXISTS: _("There is a team of this name already. Choose another name."),
    AccountRefusal.TEAM_ARCHIVED: _("The team is archived and takes nobody in. Put it in use again first."),
    AccountRefusal.REGION_UNKNOWN: _("The policy has no such region. Choose one of the list."),
    AccountRefusal.PERSON_UNKNOWN: _("Only the vendor's people work in a team. Choose one of the list."),
    AccountRefusal.NO_POLICY: _("This is not possible yet: the operator has to put a business policy in force."),
}
