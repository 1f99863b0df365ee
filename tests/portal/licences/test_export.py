"""The file of the list."""

import csv
import io

import pytest
from django.test import Client

from tenure.accounts.models import Site
from tenure.portal.licences import export
from tests import cast
from tests.portal.licences.world import SERIAL, THEIRS, TODAY, every_state, listed, owned
from tests.screens import browser

pytestmark = pytest.mark.django_db


def _rows(client: Client, query: str = "") -> list[dict[str, str]]:
    answer = client.get(f"/licences/export{query}")
    assert answer["Content-Disposition"] == f'attachment; filename="licences-{TODAY}.csv"'
    raw = b"".join(answer.streaming_content)
    assert raw.startswith(b"\xef\xbb\xbfserial_number,")
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))


def test_the_export_has_the_rows_of_the_list_and_nobody_elses(client):
    every_state()
    owned(THEIRS, (-1, 400), organisation=cast.bellwether())
    assert [row["serial_number"] for row in _rows(client)] == listed(client.get("/licences"))
    assert [(row["serial_number"], row["state"], row["days"]) for row in _rows(client, "?state=lapsed")] == [
        ("M1000000003", "lapsed", "31")
    ]
    assert [row["serial_number"] for row in _rows(browser(cast.other_owner()))] == [THEIRS]
    assert _rows(browser(cast.stranger())) == []


def test_a_visitor_gets_no_file():
    assert Client().get("/licences/export").status_code == 302


def test_cells_that_a_spreadsheet_would_run_are_text(client):
    site = Site.objects.create(
        organisation=cast.aster(), name='=HYPERLINK("x")', country="DE", zone="UTC", region="emea"
    )
    owned(SERIAL, site=site, meter="@SUM(1)")
    row = _rows(client)[0]
    assert (row["site"], row["meter"], row["serial_number"]) == ('\'=HYPERLINK("x")', "'@SUM(1)", SERIAL)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_a_formula_of_any_kind_is_neutralised(start):
    assert export.harmless(f"{start}1+1") == f"'{start}1+1"
    assert (export.harmless("a=1"), export.harmless(None), export.harmless(7)) == ("a=1", "", "7")


def test_a_day_that_cannot_be_read_makes_no_file_but_leads_to_the_list(client):
    owned(SERIAL)
    answer = client.get("/licences/export?on=soon&q=a%26b")
    assert (answer.status_code, answer["Location"]) == (302, "/licences?on=soon&q=a%26b")
