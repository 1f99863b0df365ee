"""Letters of notices: one a reader and customer, in their language, with its proof."""

import email
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from threading import Barrier

import pytest
from django.conf import settings
from django.db import connection

from tenure.accounts.models import Contact, Organisation, Person, Site
from tenure.accounts.words import Role
from tenure.catalog.models import Product
from tenure.entitlements.models import Asset, Certificate
from tenure.journal.models import Entry
from tenure.journal.words import COMMAND
from tenure.outbox.models import Bounce, Mail
from tenure.renewals.actions import letters
from tenure.renewals.actions.letters import rehearse_wave, write_notices
from tenure.renewals.models import Notice, NoticeLetter, Price, RenewalTask, ResellerProfile, Unsubscribed
from tenure.renewals.queries.unsubscribing import subscription_of
from tests import cast, estate
from tests.renewals.books import day
from tests.renewals.test_waves import AT, LAST, SERIAL, owned, wave

KIND = "renewals.terms_end"


@pytest.fixture
def policy(db: None) -> None:
    estate.policy()


def sent() -> list[tuple[str, str]]:
    return list(Mail.objects.filter(kind=KIND).order_by("id").values_list("recipient", "subject"))


def proofs() -> list[tuple[str, str, int]]:
    kept = NoticeLetter.objects.order_by("id")
    return list(kept.values_list("recipient", "address", "notice__step"))


def tasks() -> list[tuple[str, str, str, str]]:
    kept = RenewalTask.objects.order_by("id")
    return list(kept.values_list("kind", "region", "asset__serial_number", "words"))


def tell(days: int = -30) -> int:
    wave(LAST + timedelta(days=days))
    return write_notices(at=AT)


@pytest.mark.usefixtures("policy")
class TestWho:
    def test_the_owner_the_buyer_and_the_reseller_each_get_one_letter_about_everything(self) -> None:
        cast.owner(), cast.purchasing(), cast.technical(), cast.viewer(), cast.other_owner()
        reseller = cast.reseller()
        owned(reseller=cast.cinder()), owned("M1000000002", reseller=cast.cinder())
        assert tell() == 3
        assert sent() == [
            ("olga@aster.example", "Aster Mills: two terms end, the first on 31 March 2027"),
            ("petra@aster.example", "Aster Mills: two terms end, the first on 31 March 2027"),
            (reseller.email, "Aster Mills: two terms end, the first on 31 March 2027"),
        ]
        assert sorted(proofs()) == sorted([
            ("licence_owner", "olga@aster.example", -30), ("licence_owner", "olga@aster.example", -30),
            ("renewal_contact", "petra@aster.example", -30), ("renewal_contact", "petra@aster.example", -30),
            ("reseller", reseller.email, -30), ("reseller", reseller.email, -30),
        ])  # fmt: skip
        assert (tasks(), Notice.objects.filter(written_at=AT).count()) == ([], 2)

    def test_a_second_run_writes_nothing(self) -> None:
        cast.owner(), owned()
        tell()
        before = Entry.objects.count()
        assert (tell(), len(sent()), Entry.objects.count()) == (0, 1, before)

    def test_the_owner_on_the_certificate_comes_before_the_others(self) -> None:
        cast.owner()
        asset = owned()
        named = Contact.objects.create(
            organisation=asset.organisation, role=Role.OWNER.value, name="Nils Paper", email="nils@aster.example"
        )
        Certificate.objects.filter(id=asset.certificate_id).update(owner=named)
        tell()
        assert [address for address, _ in sent()] == ["nils@aster.example"]

    def test_an_owner_on_the_paper_of_another_customer_is_told_nothing(self) -> None:
        cast.owner()
        asset = owned()
        named = Contact.objects.create(
            organisation=cast.bellwether(), role=Role.OWNER.value, name="Old Owner", email="old@bellwether.example"
        )
        Certificate.objects.filter(id=asset.certificate_id).update(owner=named)
        tell()
        assert [address for address, _ in sent()] == ["olga@aster.example"]

    def test_enterprises_hear_from_their_reseller_alone(self) -> None:
        cast.owner(), cast.reseller()
        owned(size="enterprise", reseller=cast.cinder())
        tell()
        assert proofs() == [("reseller", "rhys@cinder.example", -30)]
        assert "A quote is wanted" in Mail.objects.get(kind=KIND).text

    def test_some_products_remind_the_customer_too(self) -> None:
        cast.owner(), cast.reseller()
        owned(size="enterprise", reseller=cast.cinder())
        Product.objects.update(reminds_customer=True)
        tell()
        assert sorted(address for _, address, _ in proofs()) == ["olga@aster.example", "rhys@cinder.example"]

    def test_a_resellers_public_address_is_written_to_where_none_of_its_people_is(self) -> None:
        owned(reseller=cast.cinder())
        ResellerProfile.objects.create(
            organisation=cast.cinder(), countries=["GB"], languages=["en"], email="desk@cinder.example"
        )  # fmt: skip
        tell()
        assert proofs() == [("reseller", "desk@cinder.example", -30)]
        cast.reseller(), cast.owner()
        tell(-7)
        assert sorted(address for _, address, step in proofs() if step == -7) == [
            "olga@aster.example", "rhys@cinder.example",
        ]  # fmt: skip

    def test_where_no_reseller_is_of_record_the_team_is_asked_for_a_quote(self) -> None:
        cast.owner()
        owned(size="enterprise")
        assert (tell(), tasks(), sent()) == (0, [("quote_wanted", "EMEA", SERIAL, "")], [])
        wave(LAST + timedelta(days=5)), write_notices(at=AT)
        assert tasks() == [("quote_wanted", "EMEA", SERIAL, "")]

    def test_where_nobody_can_be_told_the_team_is(self) -> None:
        owned()
        assert (tell(), tasks()) == (0, [("nobody_to_tell", "EMEA", SERIAL, "")])

    def test_an_address_that_takes_no_mail_is_passed_over(self) -> None:
        cast.owner(), cast.purchasing()
        owned()
        Bounce.objects.create(address="OLGA@aster.example", bounced_at=AT)
        tell()
        assert proofs() == [("licence_owner", "petra@aster.example", -30)]

    def test_an_address_that_no_message_can_carry_is_passed_over(self) -> None:
        asset = owned()
        for role, address in (
            (Role.OWNER, "no address"),
            (Role.OWNER, "a\nb@aster.example"),
            (Role.PURCHASING, "b@aster.example"),
        ):
            Contact.objects.create(organisation=asset.organisation, role=role.value, name="X", email=address)
        tell()
        assert proofs() == [("licence_owner", "b@aster.example", -30)]

    def test_who_unsubscribed_is_left_in_peace_but_not_before_the_end(self) -> None:
        cast.owner(), cast.purchasing()
        asset = owned()
        for address in ("Olga@aster.example", "petra@aster.example"):
            Unsubscribed.objects.create(address=address, organisation=asset.organisation, since=AT)
        assert (tell(-30), tasks()) == (0, [])
        assert (tell(-7), proofs()) == (1, [("licence_owner", "olga@aster.example", -7)])
        assert tell(5) == 0

    def test_in_a_legal_window_nobody_of_the_customer_is_unsubscribed(self) -> None:
        cast.owner(), cast.purchasing()
        asset = owned(until=AT.date() + timedelta(days=80), size="enterprise")
        Site.objects.filter(id=asset.site_id).update(country="US", subdivision="US-NY")
        Product.objects.update(reminds_customer=True)
        for address in ("olga@aster.example", "petra@aster.example"):
            Unsubscribed.objects.create(address=address, organisation=asset.organisation, since=AT)
        wave(AT.date() + timedelta(days=80 - 90))
        assert write_notices(at=AT) == 2

    def test_what_was_renewed_or_moved_meanwhile_is_not_told(self) -> None:
        cast.owner(), cast.other_owner()
        asset, moved = owned(), owned("M1000000002")
        wave("2027-03-01")
        estate.term(asset, LAST + timedelta(days=1), LAST + timedelta(days=366))
        Asset.objects.filter(id=moved.id).update(organisation=cast.bellwether())
        assert (write_notices(at=AT), sent(), Notice.objects.filter(written_at=None).count()) == (0, [], 0)

    def test_a_rehearsal_counts_the_letters_and_writes_none(self) -> None:
        cast.owner(), cast.purchasing()
        owned(), owned("M1000000002")
        wave_, count = rehearse_wave(on=day("2027-03-01"), at=AT, by=COMMAND)
        assert (wave_.notices, count, Notice.objects.count(), sent()) == (2, 2, 0, [])


@pytest.mark.usefixtures("policy")
class TestWhat:
    def test_a_letter_says_what_ends_when_and_what_to_do(self) -> None:
        cast.owner()
        owned()
        tell()
        text = Mail.objects.get(kind=KIND).text
        for sentence in (
            "Quay Vault 9.4 is covered until 31 March 2027. That is in 127 days.",
            "Renew by then, and the new term starts the day after: no day is lost.",
            "Choose a reseller: they make the quote, and order what you accept.",
            f"Quay Vault 9.4, {SERIAL}: 31 March 2027, 10 machines, Main works",
            f"Choose a reseller:\n{settings.SITE_URL}/renewals/notices/{Notice.objects.get().pk}",
            "A renewal after the last covered day costs more. Every day without cover is charged. On top comes a"
            " reinstatement fee, 25 per cent of what the missed days cost. After 365 days without cover the licence has"
            " to be bought again.",
            "It went to you as licence owner of Aster Mills",
            "Such notices come 120, 60, 30, 7 days before the end and 5, 30 days after it.",
        ):
            assert sentence in text

    def test_one_unit_and_one_day_are_spoken_of_in_their_number(self) -> None:
        cast.owner()
        asset = owned(quantity=1, meter="appliances")
        Product.objects.filter(id=asset.product_id).update(kind="online_service")
        tell()
        text = Mail.objects.get(kind=KIND).text
        assert f"Quay Vault 9.4, {SERIAL}: 31 March 2027, 1 appliance, Main works" in text
        assert "Such notices come 90, 60, 30, 14, 7, 1 days before the end and 1 day after it." in text

    def test_a_letter_after_the_end_says_so(self) -> None:
        cast.owner()
        owned(until=AT.date() - timedelta(days=5))
        wave(AT.date()), write_notices(at=AT)
        mail = Mail.objects.get(kind=KIND)
        assert mail.subject == "Quay Vault 9.4 at Main works: not covered since 20 November 2026"
        assert "Quay Vault 9.4 has not been covered since 20 November 2026." in mail.text

    def test_the_most_urgent_term_comes_first(self) -> None:
        cast.owner()
        owned("M1000000002", until=LAST + timedelta(days=30)), owned(until=LAST)
        wave(LAST - timedelta(days=30)), wave(LAST + timedelta(days=30 - 30))
        write_notices(at=AT)
        text = Mail.objects.get(kind=KIND).text
        assert text.index(SERIAL) < text.index("M1000000002")

    def test_it_is_in_the_readers_language_and_the_customers_where_nobody_signed_up(self) -> None:
        Person.objects.filter(id=cast.owner().pk).update(language="de")
        asset = owned()
        Organisation.objects.filter(id=asset.organisation_id).update(language="fr")
        Contact.objects.create(
            organisation=asset.organisation, role="purchasing", name="Paul", email="paul@aster.example"
        )  # fmt: skip
        tell()
        assert dict(Mail.objects.filter(kind=KIND).values_list("recipient", "language")) == {
            "olga@aster.example": "de", "paul@aster.example": "fr",
        }  # fmt: skip

    def test_a_listed_price_is_told_to_the_customer_and_never_to_the_reseller(self) -> None:
        cast.owner(), cast.reseller()
        asset = owned(reseller=cast.cinder())
        Price.objects.create(
            product_id=asset.product_id, level="essential", currency="EUR", unit_maintenance_per_year=Decimal(120),
            valid_from=day("2026-01-01"), recorded_at=AT,
        )  # fmt: skip
        tell()
        texts = dict(Mail.objects.filter(kind=KIND).values_list("recipient", "text"))
        assert "Renewing by 31 March 2027: €1,200.00 net, list price" in texts["olga@aster.example"]
        assert "Renewing on 30 April 2027" in texts["olga@aster.example"]
        assert "€" not in texts["rhys@cinder.example"] and "list price" not in texts["rhys@cinder.example"]

    def test_a_letter_can_be_unsubscribed_with_one_click(self) -> None:
        cast.owner()
        owned()
        tell()
        head = email.message_from_bytes(bytes(Mail.objects.get(kind=KIND).mime))
        assert head["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        token = head["List-Unsubscribe"].strip().strip("<>").removeprefix(f"{settings.SITE_URL}/renewals/unsubscribe/")
        found = subscription_of(token)
        assert found is not None
        assert (found.address, found.organisation, found.comes) == ("olga@aster.example", "Aster Mills", True)

    def test_a_long_letter_names_twenty_terms_and_how_many_more(self) -> None:
        cast.owner()
        for n in range(1, 24):
            owned(f"M10000002{n:02}")
        assert tell() == 1
        text = Mail.objects.get(kind=KIND).text
        assert (text.count("M10000002"), "3 more: On the page" in text, NoticeLetter.objects.count()) == (20, True, 23)

    def test_a_customer_that_fails_holds_nobody_else_up(self, monkeypatch: pytest.MonkeyPatch) -> None:
        cast.owner(), cast.other_owner()
        owned()
        other = estate.asset(cast.bellwether(), "M1000000009")
        Organisation.objects.filter(id=other.organisation_id).update(size="small")
        estate.term(other, LAST - timedelta(days=364), LAST + timedelta(days=1))
        right = letters.terms_end

        def broken(*, to: object, told: letters.Told, at: object) -> int:
            if told.first.organisation == "Aster Mills":
                raise RuntimeError("no")
            return right(to=to, told=told, at=at)  # type: ignore[arg-type]

        monkeypatch.setattr(letters, "terms_end", broken)
        assert tell() == 1
        monkeypatch.undo()
        assert (write_notices(at=AT), len(sent())) == (1, 2)


def customers(count: int, *, days: int = 1) -> None:
    """So many customers with two terms each, that end on one of `days` days, and an owner and a buyer by paper."""
    for n in range(count):
        place = cast.organisation(f"Customer {n:03}")
        Organisation.objects.filter(id=place.id).update(size="small")
        for role in ("owner", "purchasing"):
            Contact.objects.create(organisation=place, role=role, name="X", email=f"{role}{n}@customers.example")
        for each in (1, 2):
            asset = estate.asset(place, f"M30{n:04}000{each}")
            estate.term(asset, LAST - timedelta(days=364), LAST + timedelta(days=1 + n % days))


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_write_each_letter_once() -> None:
    estate.policy()
    customers(12)
    wave("2027-03-01")
    together = Barrier(4)

    def go() -> int:
        try:
            together.wait(timeout=20)
            return write_notices(at=AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        counts = [each.result() for each in [pool.submit(go) for _ in range(4)]]
    assert (sum(counts), len(sent()), len(set(sent())), NoticeLetter.objects.count()) == (24, 24, 24, 48)
