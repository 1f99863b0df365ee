"""What a licence may be used for, in words: what is not in production says so wherever the licence is named.

Below the screens because papers and letters say the same; tone and icon are the kit's.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from tenure.entitlements.words import LicencePurpose

PURPOSES: dict[LicencePurpose, Promise] = {
    LicencePurpose.PRODUCTION: lazy("Production"),
    LicencePurpose.TRIAL: lazy("Trial"),
    LicencePurpose.NOT_FOR_RESALE: lazy("Not for resale"),
    LicencePurpose.TEMPORARY: lazy("Temporary"),
}


def purpose_words(purpose: LicencePurpose | str) -> str:
    """The mark of a licence in the active language; "" for one in production.  Source: A12."""
    known = LicencePurpose(purpose)
    return "" if known is LicencePurpose.PRODUCTION else str(PURPOSES[known])


def marked(name: str, purpose: LicencePurpose | str) -> str:
    """The name of a licence with its mark, for letters, papers and options.  Source: A12."""
    mark = purpose_words(purpose)
    return _("%(name)s (%(mark)s)") % {"name": name, "mark": mark} if mark else name
