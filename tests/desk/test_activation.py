"""What care and the operator do about activation at the desk."""

import pytest

from tenure.accounts.models import Person
from tenure.activation import queries
from tenure.activation.models import ActivationCode, LicenceFile
from tests import cast
from tests.activation.conftest import activated, code_of, licence
from tests.screens import browser, post

pytestmark = pytest.mark.django_db
__all__ = ["licence"]
PAGE = "/licences/M1000000001/activation"
DESK = "/desk/activation/M1000000001"


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenure.config.middleware.now", lambda: cast.AT)


def test_care_makes_files_for_any_machine_with_a_reason(licence):
    client = browser(cast.care_agent())
    assert post(client, f"{DESK}/any-machine").status_code == 302
    assert "Write the reason" in client.get(PAGE).content.decode()
    assert LicenceFile.objects.count() == 0
    post(client, f"{DESK}/any-machine", why="closed network")
    row = LicenceFile.objects.get()
    page = client.get(PAGE).content.decode()
    assert (row.activation, row.number in page, "closed network" in page) == (None, True, True)


def test_care_withdraws_a_file_and_a_code(licence):
    file = activated(cast.owner(), licence).files[0].number
    code = code_of(licence)
    client = browser(cast.care_agent())
    post(client, f"{DESK}/files/{file}/withdraw", why="stolen")
    post(client, f"{DESK}/codes/withdraw", why="mailed astray", code=code.replace("-", ""))
    assert LicenceFile.objects.get().why == "stolen"
    page = client.get(PAGE).content.decode()
    assert (code in page, code_of(licence) in page) == (False, True)
    assert post(client, f"{DESK}/codes/withdraw", why="x", code=code.replace("-", "")).status_code == 404
    assert post(client, f"{DESK}/files/{file}/withdraw", why="again").status_code == 302
    assert LicenceFile.objects.get().why == "stolen"


def test_care_takes_all_of_a_licence_back_at_once(licence):
    for host in ("a", "b"):
        activated(cast.owner() if host == "a" else Person.objects.get(email="olga@aster.example"), licence, host, 2)
    code = code_of(licence)
    client = browser(cast.care_agent())
    post(client, f"{DESK}/withdraw", why=" ")
    assert (LicenceFile.objects.filter(withdrawn_at=None).count(), code_of(licence)) == (2, code)
    post(client, f"{DESK}/withdraw", why="stolen laptop")
    assert LicenceFile.objects.filter(withdrawn_at=None).count() == 0
    page = client.get(PAGE).content.decode()
    assert ("all 10 machines are free" in page, "All taken back: 1 codes, 2 files, 2 machines" in page, code in page) == (
        True, True, False,
    )  # fmt: skip
    assert LicenceFile.objects.filter(why="stolen laptop").count() == 2
    assert ActivationCode.objects.exclude(asset=licence).get().withdrawn_at is None


def test_a_code_is_withdrawn_under_its_own_licence_alone(licence):
    theirs = ActivationCode.objects.exclude(asset=licence).get()
    assert post(browser(cast.care_agent()), f"{DESK}/codes/withdraw", why="x", code=theirs.code).status_code == 404
    theirs.refresh_from_db()
    assert theirs.withdrawn_at is None


def test_the_operator_prepares_rotates_and_withdraws_keys(licence):
    activated(cast.owner(), licence)
    [first] = queries.signing_keys()
    client = browser(cast.operator())
    assert f"<bdi>{first.key_id}</bdi></b> signs; 1 valid file" in client.get("/desk/signing").content.decode()
    for step in ("prepare", "rotate"):
        assert post(client, f"/desk/signing/{step}").status_code == 302
    assert [row.state.value for row in queries.signing_keys()] == ["signs", "retired"]
    answer = post(client, f"/desk/signing/{first.key_id}/withdraw", why="")
    assert (answer.status_code, "Write the reason" in answer.content.decode()) == (409, True)
    assert post(client, f"/desk/signing/{first.key_id}/withdraw", why="disk lost").status_code == 302
    assert [row.state.value for row in queries.signing_keys()] == ["signs", "withdrawn"]
    assert post(client, "/desk/signing/nothing/withdraw", why="x").status_code == 404


@pytest.mark.parametrize("role", ["care_agent", "manager", "engineer"])
def test_nobody_else_touches_keys(licence, role):
    client = browser(getattr(cast, role)())
    answers = [client.get("/desk/signing").status_code, post(client, "/desk/signing/rotate").status_code]
    assert (answers, queries.signing_keys()) == ([404, 404], ())
