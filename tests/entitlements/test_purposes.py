"""What a licence may be used for: taken from the file, filtered by, and marked wherever the licence is named."""

from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tenure.cases.words import Channel
from tenure.entitlements import queries
from tenure.entitlements.certificate_papers import certificate_sheet
from tenure.entitlements.models import Asset
from tenure.entitlements.purposes import PURPOSES, marked, purpose_words
from tenure.entitlements.queries.rights import version_on
from tenure.entitlements.queries.search import search
from tenure.entitlements.words import LicenceFilters, LicencePurpose
from tests import cast, estate
from tests.cases.conftest import open_case
from tests.entitlements.test_intake import LATER, load, write

AT = cast.AT
TRIAL, PLAIN = "M1000000001", "M1000000002"
MARK = '<span class="state" data-kind="mark" data-tone="quiet">'


@pytest.fixture
def estate_of_aster(db: None) -> Client:
    """A trial and a licence in production; signed in as their technical contact."""
    estate.policy()
    tomas = cast.technical()
    for serial, purpose in ((TRIAL, "trial"), (PLAIN, "production")):
        estate.term(estate.asset(cast.aster(), serial, purpose=purpose), date(2026, 4, 1), date(2027, 4, 1))
    estate.seat(tomas, cast.aster())
    client = Client()
    client.force_login(tomas)
    return client


@pytest.mark.parametrize("purpose", LicencePurpose)
def test_only_what_is_not_in_production_is_marked(purpose: LicencePurpose) -> None:
    word = str(PURPOSES[purpose])
    is_plain = purpose is LicencePurpose.PRODUCTION
    assert (purpose_words(purpose), marked("Vault", purpose)) == (
        ("", "Vault") if is_plain else (word, f"Vault ({word})")
    )


@pytest.mark.usefixtures("products")
def test_the_file_says_the_purpose_and_silence_means_production(tmp_path: Path) -> None:
    other = {
        "serial_number": "M1234567891", "support_identifier": "1234-5678-1235", "level": "", "term_starts_on": "",
        "term_ends_on": "",
    }  # fmt: skip
    code, _ = load(write(tmp_path / "a.csv", {"purpose": "Not for resale"}, {**other, "purpose": ""}))
    assert (code, dict(Asset.objects.values_list("serial_number", "purpose"))) == (
        0, {"M1234567890": "not_for_resale", "M1234567891": "production"},
    )  # fmt: skip


@pytest.mark.usefixtures("products")
def test_a_file_that_is_silent_of_a_held_purpose_changes_nothing_and_one_that_contradicts_is_refused(
    tmp_path: Path,
) -> None:
    load(write(tmp_path / "a.csv", {"purpose": "trial"}))
    assert load(write(tmp_path / "b.csv", {"purpose": ""}), at=LATER)[1] == [
        "1 line: everything is held already; nothing changed."
    ]
    code, said = load(write(tmp_path / "c.csv", {"purpose": "production"}), at=LATER)
    assert (code, said[0]) == (1, "line 2: purpose: differs from what is held: trial")
    assert Asset.objects.get().purpose == "trial"


@pytest.mark.usefixtures("products")
def test_an_unknown_purpose_and_two_of_one_serial_are_named_by_their_line(tmp_path: Path) -> None:
    second = {"term_starts_on": "2027-01-01", "term_ends_on": "2027-12-31"}
    assert load(write(tmp_path / "a.csv", {"purpose": "gift"}))[1][0] == (
        "line 2: purpose: 'gift' is not production, trial, not_for_resale or temporary"
    )
    said = load(write(tmp_path / "b.csv", {"purpose": "trial"}, {**second, "purpose": "temporary"}))[1]
    assert said[0] == "line 3: purpose: differs from trial (line 2)"
    assert Asset.objects.count() == 0


def test_the_list_filters_by_purpose_and_offers_it_only_where_there_is_a_choice(estate_of_aster: Client) -> None:
    page = estate_of_aster.get("/licences", {"purpose": "trial"}).content.decode()
    assert (TRIAL in page, PLAIN in page, page.count(MARK)) == (True, False, 1)
    both = estate_of_aster.get("/licences", {"purpose": "gift"}).content.decode()
    assert (TRIAL in both, PLAIN in both, both.count(MARK)) == (True, True, 1)
    assert 'name="purpose"' in both
    Asset.objects.update(purpose="production")
    assert 'name="purpose"' not in estate_of_aster.get("/licences").content.decode()


def test_the_mark_costs_no_query(estate_of_aster: Client) -> None:
    who, counts = cast.who(cast.care_agent()), []
    for filters in (LicenceFilters(), LicenceFilters(purpose=LicencePurpose.TRIAL)):
        with CaptureQueriesContext(connection) as caught:
            queries.licences(who=who, filters=filters, at=AT)
        counts.append(len(caught))
    estate_of_aster.get("/licences")
    with CaptureQueriesContext(connection) as one:
        estate_of_aster.get("/licences")
    Asset.objects.update(purpose="production")
    with CaptureQueriesContext(connection) as none:
        estate_of_aster.get("/licences")
    assert (counts[0], len(one)) == (counts[1], len(none))


def test_pages_and_files_that_name_the_licence_mark_it(estate_of_aster: Client) -> None:
    pages = {
        path: estate_of_aster.get(path).content.decode().count(MARK)
        for path in (f"/licences/{TRIAL}", f"/licences/{PLAIN}", f"/licences/{TRIAL}/courtesy")
    }
    assert pages == {f"/licences/{TRIAL}": 1, f"/licences/{PLAIN}": 0, f"/licences/{TRIAL}/courtesy": 1}
    export = b"".join(estate_of_aster.get("/licences/export")).decode().splitlines()
    place = export[0].lstrip("\ufeff").split(",").index("purpose")
    assert sorted(line.split(",")[place] for line in export[1:]) == ["production", "trial"]


def test_cases_search_and_the_desk_mark_it(estate_of_aster: Client) -> None:
    sven = cast.engineer()
    contact_id = Asset.objects.first().organisation.agreements.get().seats.get().identifier
    number = open_case(sven, TRIAL, channel=Channel.PHONE, caller=contact_id).number
    assert MARK in estate_of_aster.get(f"/cases/{number}").content.decode()
    desk = Client()
    desk.force_login(sven)
    for path in (f"/desk/cases/{number}", f"/desk/customers/{cast.aster().number}"):
        assert desk.get(path).content.decode().count(MARK) == 1
    hits = {hit.found: hit.purpose for text in (TRIAL, PLAIN) for hit in search(who=cast.who(sven), text=text)}
    assert hits == {TRIAL: "trial", PLAIN: "production"}


def test_the_certificate_prints_it(estate_of_aster: Client) -> None:
    row = queries.certificate(who=cast.who(cast.manager()), number="10000000-1000001")
    sheet = certificate_sheet(row, language="en", policy=version_on(AT.date()).policy)
    first = [line[0].split("\n")[0] for line in sheet.grids[0].rows]
    assert sorted(first) == ["Quay Vault 9.4", "Quay Vault 9.4 (Trial)"]
