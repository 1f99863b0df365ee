"""Whose cases these are: for a request to be linked, which tells nobody."""

from collections.abc import Sequence

from tenure.cases.models import Case


def organisations_of_cases(numbers: Sequence[str]) -> dict[str, int]:
    """The organisation ids of cases by their number; cases without an organisation are left out.

    Never shown: it answers for everybody's cases.  Source: D9.
    """
    found = Case.objects.filter(number__in=list(numbers), organisation__isnull=False)
    return dict(found.values_list("number", "organisation_id"))
