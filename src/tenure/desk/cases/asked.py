"""What is asked of the queue: its view, its filters, and the addresses that keep them."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from tenure.accounts.words import TeamRow
from tenure.cases.queries.queue import QueueFilters, QueueView
from tenure.kit.asked import Asked
from tenure.policy.words import SEVERITIES

LONGEST = 200
LONGEST_ADDRESS = 2000
NAMES = ("team", "severity", "level", "customer", "q")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A page of the queue as it was asked for.  given: the filters as they stand in the address; unread ones are gone.

    chosen: the number of the case in the panel, or "".  after: the cursor of the page before.
    """

    view: QueueView
    filters: QueueFilters
    given: tuple[tuple[str, str], ...]
    chosen: str
    after: str

    def address(self, *, view: QueueView | None = None, case: str = "", after: str = "") -> str:
        """The same queue with another view, with a case in the panel, or from another page on."""
        wanted = view or self.view
        parts = [] if wanted is QueueView.DUE else [("view", wanted.value)]
        parts += list(self.given)
        parts += [(name, value) for name, value in (("after", after), ("case", case)) if value]
        return reverse("desk-cases") + (f"?{urlencode(parts)}" if parts else "")


def wanted_of(request: Asked, teams: list[TeamRow]) -> Wanted:
    """What the address asks for; what it asks in vain is left out.  Source: D10."""
    asked = {name: request.GET.get(name, "")[:LONGEST].replace("\0", "").strip() for name in NAMES}
    team = next((each for each in teams if each.slug == asked["team"]), None)
    severity = next((each for each in SEVERITIES if str(each) == asked["severity"]), None)
    if team is None:
        asked["team"] = ""
    if severity is None:
        asked["severity"] = ""
    filters = QueueFilters(
        topic=team.topic.value if team else "", region=team.region if team else "", severity=severity,
        level=asked["level"], customer=asked["customer"].upper(), text=asked["q"],
    )  # fmt: skip
    return Wanted(
        view=next((each for each in QueueView if each.value == request.GET.get("view")), QueueView.DUE),
        filters=filters, given=tuple((name, asked[name]) for name in NAMES if asked[name]),
        chosen=request.GET.get("case", "")[:60], after=request.GET.get("after", "")[:60],
    )  # fmt: skip


def way_back(request: Asked, otherwise: str) -> str:
    """Where a form of the desk leads back to: the queue it was sent from, else what is named."""
    back = request.POST.get("back", "")
    own = back.partition("?")[0] == reverse("desk-cases") and back.isprintable()
    return back if own and len(back) <= LONGEST_ADDRESS else otherwise
