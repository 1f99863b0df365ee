"""What forged and hostile answers get while a case is opened."""

from datetime import date

import pytest

from tests import cast, estate
from tests.cases.conftest import Scene
from tests.portal.cases.world import LAPSED, TO_CHECK, at_check, begin, digest, lead, written
from tests.screens import post, text

pytestmark = pytest.mark.django_db


def test_forged_sites_products_and_licences_are_as_if_they_did_not_exist(client, scene: Scene) -> None:
    theirs = estate.asset(cast.bellwether(), "M2000000002")
    estate.term(theirs, date(2026, 4, 1), date(2027, 4, 1))
    estate.asset(
        cast.aster(), "M1000000003", of=estate.product("Tide Gate"), site=estate.site(cast.aster(), "Quiet yard")
    )
    before = written()
    begin(client)
    for pick in (theirs.site_id, 999_999_999, -1, 10**30, "x", "", "1\x00"):
        assert post(client, "/cases/new/where", pick=str(pick)).status_code == 422
    lead(client, ("where", {"pick": str(scene.asset.site_id)}))
    client.get("/cases/new/product", follow=True)
    estate.asset(cast.aster(), LAPSED)
    for serial in ("M2000000002", "M9999999999", "\x00", "x" * 61, "'; DROP TABLE"):
        answer = post(client, "/cases/new/licence", serial=serial)
        assert (serial, answer.status_code) == (serial, 422)
    mine, nothing = (
        text(post(client, "/cases/new/licence", serial=serial)).replace(serial, "")
        for serial in ("M2000000002", "M9999999999")
    )
    assert mine == nothing
    assert written() == before


def test_a_session_that_names_what_is_not_theirs_any_more_begins_again(client) -> None:
    at_check(client)
    session = client.session
    session["case_draft"] = {**session["case_draft"], "serial": "M2000000002"}
    session.save()
    assert client.get("/cases/new/check")["Location"] == "/cases/new/where"
    for broken in ({"site": "x", "skipped": 5}, "nonsense", {"saved_at": "never"}, {"severity": 1}, None):
        session["case_draft"] = broken
        session.save()
        assert client.get("/cases/new").status_code == 200


def test_severity_1_is_not_taken_on_the_web(client) -> None:
    begin(client)
    client.get("/cases/new/where", follow=True)
    lead(client, TO_CHECK[0])
    for forged in ("1", "0", "5", "-3", "३"):
        assert post(client, "/cases/new/severity", pick=forged).status_code == 422
    check = at_check(client)
    session = client.session
    session["case_draft"] = {**session["case_draft"], "severity": 1}
    session.save()
    before = written()
    assert post(client, "/cases/new/check", draft=digest(check)).status_code in {302, 422}
    assert written() == before


def test_markup_and_control_signs_are_words(client) -> None:
    begin(client)
    client.get("/cases/new/where", follow=True)
    hostile = {
        "summary": "<script>alert(1)</script>\u202e \x1b[31m",
        "details": "<img src=x onerror=alert(1)>\r\n{{ 7*7 }}",
    }
    lead(client, *TO_CHECK[:2], ("what", hostile))
    check = client.get("/cases/new/check")
    sent = post(client, "/cases/new/check", draft=digest(check))
    page = client.get(sent["Location"]).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; [31m" in page
    assert "{{ 7*7 }}" in page


def test_a_field_beyond_all_reason_is_refused_before_it_is_read(client) -> None:
    answer = post(client, "/cases/new/care", summary="x" * (6 * 1024 * 1024))
    assert answer.status_code == 400
    assert "could not be read" in text(answer)
