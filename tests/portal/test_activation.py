"""The pages of a licence's activation: codes, machines, files, and who may do what."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tenure.accounts.models import Person
from tenure.activation import actions
from tenure.activation.models import Activation, ActivationCode, LicenceFile
from tenure.activation.words import Report
from tenure.entitlements.models import Asset
from tests import cast, estate
from tests.activation.conftest import activated, code_of, licence
from tests.screens import browser, post

pytestmark = pytest.mark.django_db
__all__ = ["licence"]
PATH = "/licences/M1000000001/activation"


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenure.config.middleware.now", lambda: cast.AT)


def _begin(client: Client, **data: object):
    return post(client, f"{PATH}/machines", **{"begin-host": "srv-1", "begin-name": "cellar", "begin-units": 2} | data)


def test_the_page_says_how_many_are_in_use_and_shows_the_code(licence):
    client = browser(cast.owner())
    assert "Not in use on any machine yet: all 10 machines are free." in client.get(PATH).content.decode()
    _begin(client)
    page = client.get(PATH).content.decode()
    assert '<b data-tone="good">2 of 10 machines</b> are in use, on 1 machine; 8 are free.' in page
    assert code_of(licence) in page


def test_a_term_that_came_just_now_has_its_code_when_the_page_is_read(licence):
    ActivationCode.objects.all().delete()
    page = browser(cast.viewer()).get(PATH).content.decode()
    assert code_of(licence) in page
    assert ActivationCode.objects.count() == 1


def test_a_machine_is_activated_and_its_file_downloaded(licence):
    client = browser(cast.technical())
    answer = _begin(client)
    row = Activation.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"{PATH}/machines/{row.pk}")
    assert (row.host, row.host_name, row.units) == ("srv-1", "cellar", 2)
    number = LicenceFile.objects.get().number
    file = client.get(f"{PATH}/files/{number}")
    assert (file.status_code, file["Content-Disposition"]) == (200, f'attachment; filename="M1000000001-{number}.lic"')
    assert f"/files/{number}" in client.get(answer["Location"]).content.decode()


@pytest.mark.parametrize(("data", "status", "words"), [
    ({"begin-host": ""}, 422, "This field is required."), ({"begin-units": "0"}, 422, "greater than or equal to 1"),
    ({"begin-units": "11"}, 409, "11 are asked for, and 10 of 10 are free."), ({"begin-host": "a\nb"}, 409, "Enter the machine"),
    ({"begin-host": "x" * 201}, 422, "at most 200 characters"), ({"begin-units": "many"}, 422, "whole number"),
])  # fmt: skip
def test_what_cannot_be_is_said_beside_its_field_and_what_was_typed_stays(licence, data, status, words):
    answer = _begin(browser(cast.owner()), **data)
    page = answer.content.decode()
    assert (answer.status_code, words in page, "cellar" in page) == (status, True, True)
    assert Activation.objects.count() == 0


def test_a_move_and_an_end_lead_on_and_leave_a_history(licence):
    client = browser(cast.owner())
    first = _begin(client)["Location"]
    moved = post(client, f"{first}/move", **{"move-host": "srv-2", "move-why": "the disk died"})
    assert moved.status_code == 302
    assert "<b>moved to srv-2</b>" in client.get(first).content.decode()
    ended = post(client, f"{moved['Location']}/end")
    assert (ended.status_code, ended["Location"]) == (302, PATH)
    page = client.get(PATH).content.decode()
    for words in ("Moved from srv-1 to srv-2", "the disk died", "Ended on srv-2, 2 free again"):
        assert words in page
    again = post(client, f"{moved['Location']}/end")
    assert (again.status_code, "has ended already" in again.content.decode()) == (409, True)


def test_files_of_a_new_term_are_made_when_asked(licence):
    client = browser(cast.owner())
    place = _begin(client)["Location"]
    estate.term(licence, date(2027, 4, 1), date(2028, 4, 1))
    for words in ("New files: LF-", "All files are up to date."):
        assert post(client, f"{place}/renew").status_code == 302
        assert words in client.get(place).content.decode()
    assert LicenceFile.objects.filter(withdrawn_at=None).count() == 2


def test_a_reseller_reads_the_codes_and_nothing_of_the_machines(licence):
    done = activated(cast.owner(), licence, "srv-secret")
    client = browser(cast.reseller())
    page = client.get(PATH).content.decode()
    assert (code_of(licence) in page, "srv-secret" in page, "Hand the code" in page) == (True, False, True)
    assert client.get(f"{PATH}/machines/{done.id}").status_code == 404
    assert client.get(f"{PATH}/files/{done.files[0].number}").status_code == 404
    assert _begin(client).status_code == 409
    assert Activation.objects.count() == 1


def test_a_viewer_reads_all_and_changes_nothing(licence):
    done = activated(cast.owner(), licence, "srv-1")
    client = browser(cast.viewer())
    assert client.get(f"{PATH}/machines/{done.id}").status_code == 200
    assert client.get(f"{PATH}/files/{done.files[0].number}").status_code == 200
    assert _begin(client, **{"begin-host": "b"}).status_code == 409
    assert [
        post(client, f"{PATH}/machines/{done.id}/{verb}", **{"move-host": "b"}).status_code for verb in ("move", "end")
    ] == [409, 409]
    assert (Activation.objects.count(), Activation.objects.filter(ended_at=None).count()) == (1, 1)


def test_a_file_and_a_machine_of_another_licence_are_not_below_this_one(licence):
    other = estate.asset(cast.aster(), "M1000000007")
    done = activated(cast.owner(), other)
    client = browser(Person.objects.get(email="olga@aster.example"))
    assert client.get(f"{PATH}/machines/{done.id}").status_code == 404
    assert client.get(f"{PATH}/files/{done.files[0].number}").status_code == 404


def test_care_needs_a_reason(licence):
    client = browser(cast.care_agent())
    assert _begin(client).status_code == 422
    assert _begin(client, **{"begin-why": "asked by phone"}).status_code == 302
    assert Activation.objects.get().by_care


def test_a_trial_is_marked_on_every_page(licence):
    Asset.objects.filter(id=licence.id).update(purpose="trial")
    client = browser(cast.owner())
    place = _begin(client)["Location"]
    assert ['data-kind="mark"' in client.get(path).content.decode() for path in (PATH, place)] == [True, True]


def test_the_page_takes_as_many_queries_for_one_machine_as_for_many(licence):
    someone = cast.owner()
    client, counts = browser(someone), []
    for hosts in (1, 5):
        for n in range(hosts):
            done = activated(someone, licence, f"h{hosts}-{n}")
            actions.check_in(who=cast.who(someone), activation_id=done.id, at=cast.AT,
                             report=Report(installed=1, version="9.4", clock=cast.AT))  # fmt: skip
        client.get(PATH)
        with CaptureQueriesContext(connection) as asked:
            client.get(PATH)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_many_machines_are_read_a_page_at_a_time(licence):
    Asset.objects.filter(id=licence.id).update(quantity=40)
    someone = cast.owner()
    for n in range(27):
        activated(someone, licence, f"host-{n:02}", at=cast.AT - timedelta(days=1))
    client = browser(someone)
    page = client.get(PATH).content.decode()
    assert ("host-26" in page, "host-01<" in page) == (True, False)
    last = Activation.objects.get(host="host-02").pk
    assert f'href="?after={last}"' in page
    older = client.get(f"{PATH}?after={last}").content.decode()
    assert [f"<bdi>host-{n:02}</bdi>" in older for n in (0, 1, 2)] == [True, True, False]


def test_machines_are_found_by_id_and_name_and_exported(licence):
    client = browser(cast.owner())
    for host, name in (("srv_1", "cellar"), ("srv-2", "=attic"), ("srv%3", "")):
        _begin(client, **{"begin-host": host, "begin-name": name, "begin-units": 1})
    found = {
        text: sorted(
            host
            for host in ("srv_1", "srv-2", "srv%3")
            if f"<bdi>{host}</bdi></span></a>" in client.get(PATH, {"q": text}).content.decode()
        )
        for text in ("srv", "SRV_", "%", "cellar", "\0", "nothing")
    }
    assert found == {"srv": ["srv%3", "srv-2", "srv_1"], "SRV_": ["srv_1"], "%": ["srv%3"], "cellar": ["srv_1"],
                     "\0": ["srv%3", "srv-2", "srv_1"], "nothing": []}  # fmt: skip
    answer = client.get(f"{PATH}/export")
    rows = b"".join(answer).decode("utf-8-sig").splitlines()
    assert [row.split(",")[:4] for row in rows[1:]] == [
        ["M1000000001", "srv%3", "", "1"], ["M1000000001", "srv-2", "'=attic", "1"], ["M1000000001", "srv_1", "cellar", "1"],
    ]  # fmt: skip
