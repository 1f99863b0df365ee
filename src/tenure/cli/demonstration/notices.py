"""Notices of the last months as they would have gone out: told, come back, unsubscribed, a legal window, tasks."""

from datetime import date, datetime, timedelta

from django.db.models import Min

from tenure.accounts.models import Contact, Membership, Person, Site
from tenure.accounts.queries import who_is
from tenure.catalog.models import Product
from tenure.cli.demonstration.cast import VENDOR_DOMAIN
from tenure.cli.demonstration.papers import quote_sent, sign
from tenure.entitlements.models import Asset
from tenure.journal.words import JOB, Actor
from tenure.outbox.actions import reported
from tenure.outbox.models import Bounce
from tenure.renewals.actions.bounces import follow_bounces
from tenure.renewals.actions.letters import write_notices
from tenure.renewals.actions.orders import order_quote
from tenure.renewals.actions.preferences import unsubscribe_by_letter
from tenure.renewals.actions.tasks import finish_task, take_task
from tenure.renewals.actions.waves import run_wave
from tenure.renewals.actions.windows import warn_of_windows
from tenure.renewals.models import Notice, NoticeLetter, QuoteLine, RenewalTask
from tenure.renewals.queries.unsubscribing import unsubscribe_url
from tenure.renewals.words import RecipientKind, TaskKind

WEEKS = 20  # a wave a week: what was missed in between is caught up
REMY = f"remy.novak@{VENDOR_DOMAIN}"


def make_notices(*, at: datetime) -> None:
    """Make them unless there are some: a wave of each of the last weeks, and what came of its letters."""
    if Notice.objects.exists():
        return
    Product.objects.filter(kind="hardware").update(reminds_customer=True)
    _prepare(at)
    for weeks in range(WEEKS, -1, -1):
        then = at - timedelta(weeks=weeks)
        run_wave(on=None, at=then, by=JOB)
        write_notices(at=then)
    _come_back(at)
    _unsubscribe(at)
    warn_of_windows(at=at)
    _work(at)


def _prepare(at: datetime) -> None:
    """A site in New York with a term in its legal window, two licences that no reseller is of record for, and a small
    customer whom no mail reaches.
    """
    day = at.date()
    ending = Asset.objects.filter(
        site__country="US", chain_ends_on__range=(day + timedelta(days=77), day + timedelta(days=90))
    )
    held = ending.order_by("chain_ends_on", "id").first() or _renew_until(day + timedelta(days=82), at)
    if held is not None:
        Site.objects.filter(id=held.site_id).update(subdivision="US-NY")
    big = Asset.objects.filter(organisation__size="enterprise", product__kind="software", site__region="EMEA")
    alone = big.filter(chain_ends_on__gt=day + timedelta(days=20)).order_by("chain_ends_on", "id")[:2]
    Asset.objects.filter(id__in=[each.id for each in alone]).update(reseller=None)
    _silence(day, at)


def _renew_until(last: date, at: datetime) -> Asset | None:
    """An American licence renewed to a day in the window of the law, by a quote that was signed on paper."""
    american = Asset.objects.filter(site__country="US", chain_ends_on__lte=last)
    number = quote_sent(american, at=at - timedelta(days=30), until=last)
    if not number:
        return None
    sign(number, "Gwen Harlan, operations", at=at - timedelta(days=28))
    person = Person.objects.get(email=REMY)
    order_quote(
        number=number, who=who_is(person.pk), at=at - timedelta(days=27),
        by=Actor(kind="person", id=str(person.pk), name=person.name),
    )  # fmt: skip
    return Asset.objects.filter(pk__in=QuoteLine.objects.filter(quote__number=number).values("asset")).first()


def _silence(day: date, at: datetime) -> None:
    """The mail of a small customer of whom nobody has an account comes back, and no reseller is of record."""
    joined = Membership.objects.values("organisation")
    small = Asset.objects.filter(organisation__size="small", quantity__gt=0, chain_ends_on__gt=day).exclude(
        organisation__in=joined
    )
    asset = small.order_by("chain_ends_on", "id").first()
    if asset is None:
        return
    Asset.objects.filter(organisation_id=asset.organisation_id).update(reseller=None)
    contacts = Contact.objects.filter(organisation_id=asset.organisation_id).values_list("email", flat=True)
    then = at - timedelta(weeks=WEEKS + 1)
    for address in {each.lower() for each in contacts}:
        Bounce.objects.get_or_create(
            address=address, defaults={"bounced_at": then, "said": "550 5.1.1 no such user here"}
        )


def _come_back(at: datetime) -> None:
    """The two oldest letters to customers' addresses that nobody signed up with come back, and those to New York."""
    known = Person.objects.values_list("email", flat=True)
    letters = NoticeLetter.objects.exclude(recipient=RecipientKind.RESELLER.value).exclude(address__in=known)
    mails = letters.values("address").annotate(first=Min("mail_id")).order_by("first")[:2]
    york = NoticeLetter.objects.exclude(recipient=RecipientKind.RESELLER.value).filter(
        notice__asset__site__subdivision="US-NY"
    )
    for mail in {*(each["first"] for each in mails), *york.values_list("mail_id", flat=True)}:
        reported(mail_id=mail, said="550 5.1.1 no such user here", at=at)
    follow_bounces(at=at)


def _unsubscribe(at: datetime) -> None:
    letter = NoticeLetter.objects.filter(bounced_at=None).select_related("notice").order_by("-id").first()
    if letter is not None:
        url = unsubscribe_url(address=letter.address, organisation_id=letter.notice.organisation_id)
        unsubscribe_by_letter(token=url.rpartition("/")[2], at=at)


def _work(at: datetime) -> None:
    """The representative has done one task, and is at another."""
    person = Person.objects.get(email=REMY)
    who, by = who_is(person.pk), Actor(kind="person", id=str(person.pk), name=person.name)
    bounced = RenewalTask.objects.filter(done_at=None, kind=TaskKind.BOUNCED.value)
    waiting = bounced.order_by("id").values_list("id", flat=True)
    taken = list(waiting[:2])
    for task in taken:
        take_task(who=who, task_id=task, at=at, by=by)
    for task in taken[:1]:
        finish_task(who=who, task_id=task, words="Called them: the new buyer's address is on file now.", at=at, by=by)
