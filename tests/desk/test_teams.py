"""The teams' pages: all staff read them, managers and operators change them."""

import pytest

from tenure.accounts import actions
from tenure.accounts.models import Team, TeamMembership
from tenure.accounts.words import TeamTopic
from tenure.journal.models import Entry
from tests import cast, estate
from tests.screens import browser, post, text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def policy(db):
    estate.policy()


@pytest.fixture
def boss():
    return cast.manager()


@pytest.fixture
def team(boss):
    return actions.add_team(name="Storage EMEA", topic=TeamTopic.TECHNICAL, region="EMEA", **cast.asking(boss))


def state():
    return [list(table.objects.order_by("pk").values()) for table in (Team, TeamMembership)] + [Entry.objects.count()]


def test_a_manager_makes_a_team_and_its_page_says_what_for(boss):
    client = browser(boss)
    assert "No team yet." in text(client.get("/desk/teams"))
    answer = post(client, "/desk/new-team", name="Storage EMEA", topic="technical", region="EMEA")
    assert (answer.status_code, answer.url) == (302, "/desk/teams/storage-emea")
    page = text(client.get(answer.url))
    assert "Technical cases, Europe, Middle East and Africa ." in page
    assert ("The team was made Manager" in page, "Nobody works in this team." in page) == (True, True)
    assert "Storage EMEA Technical cases Europe, Middle East and Africa 0 In use" in text(client.get("/desk/teams"))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"name": "", "topic": "technical"}, "Give the team a name"),
        ({"name": "!", "topic": "technical"}, "Give the team a name"),
        ({"name": "x" * 101, "topic": "technical"}, "Shorten the name to 100 characters."),
        ({"name": "storage emea", "topic": "technical"}, "There is a team of this name already."),
        ({"name": "New", "topic": "technical", "region": "Atlantis"}, "The policy has no such region."),
        ({"name": "New", "topic": "cooking"}, "Select a valid choice."),
    ],
)
def test_a_mistake_is_named_what_was_typed_stays_and_no_team_is_made(team, boss, given, said):
    client, before = browser(boss), state()
    answer = post(client, "/desk/new-team", **given)
    assert (answer.status_code, said in text(answer), state() == before) == (200, True, True)
    assert f'value="{given["name"]}"' in answer.content.decode() or not given["name"]


def test_a_team_is_renamed_archived_and_brought_back_and_its_page_tells_so(team, boss):
    client = browser(boss)
    where = f"/desk/teams/{team}"
    for step, data in (("rename", {"name": "Storage, Europe"}), ("archive", {}), ("unarchive", {})):
        answer = post(client, f"{where}/{step}", **data)
        assert (answer.status_code, answer.url) == (302, where)
    page = text(client.get(where))
    told = [
        "It was put in use again Manager", "It was archived Manager",
        "It was renamed from “Storage EMEA” to “Storage, Europe” Manager", "The team was made Manager",
    ]  # fmt: skip
    places = [page.find(words) for words in told]
    assert -1 not in places and places == sorted(places)


def test_people_are_put_in_and_taken_out(team, boss):
    client, engineer = browser(boss), cast.engineer()
    where = f"/desk/teams/{team}"
    assert post(client, f"{where}/people", person=engineer.pk).url == where
    page = text(client.get(where))
    assert (
        "Engineer engineer@vendor.example Support engineer Take out" in page,
        "Engineer was put in the team" in page,
    ) == (True, True)
    assert post(client, f"{where}/people/{engineer.pk}/leave").url == where
    assert "Nobody works in this team." in text(client.get(where))


@pytest.mark.parametrize("person", ["", "x", "0", "٣", "9" * 400, "owner"])
def test_who_is_not_the_vendors_is_refused_with_a_reason(team, boss, person):
    given = cast.owner().pk if person == "owner" else person
    client, before = browser(boss), state()
    answer = post(client, f"/desk/teams/{team}/people", person=given)
    assert (answer.status_code, "Only the vendor's people work in a team." in text(answer)) == (409, True)
    assert state() == before


def test_an_archived_team_says_why_it_takes_nobody_in(team, boss):
    actions.archive_team(slug=team, **cast.asking(boss))
    client, before = browser(boss), state()
    assert f"/desk/teams/{team}/people" not in client.get(f"/desk/teams/{team}").content.decode()
    answer = post(client, f"/desk/teams/{team}/people", person=cast.engineer().pk)
    assert (answer.status_code, "The team is archived and takes nobody in." in text(answer)) == (409, True)
    assert state() == before


@pytest.mark.parametrize("name", ["", "x" * 101, "Licences"])
def test_a_wrong_new_name_is_named_and_the_old_one_stays(team, boss, name):
    actions.add_team(name="Licences", topic=TeamTopic.LICENCES, region="", **cast.asking(boss))
    client, before = browser(boss), state()
    answer = post(client, f"/desk/teams/{team}/rename", name=name)
    assert (answer.status_code, "One thing to correct" in text(answer), state() == before) == (200, True, True)


def test_other_staff_read_a_team_without_the_forms(team):
    page = browser(cast.engineer()).get(f"/desk/teams/{team}")
    assert (page.status_code, "/desk/teams/storage-emea/" in page.content.decode()) == (200, False)


@pytest.mark.parametrize("role", ["engineer", "care_agent", "owner", "stranger"])
def test_a_denied_change_answers_as_if_there_were_nothing_and_changes_nothing(team, role):
    client, engineer = browser(getattr(cast, role)()), cast.analyst()
    before = state()
    asked = [
        post(client, "/desk/new-team", name="Mine", topic="other"),
        *(post(client, f"/desk/teams/{team}/{step}", name="Mine") for step in ("rename", "archive", "unarchive")),
        post(client, f"/desk/teams/{team}/people", person=engineer.pk),
        post(client, f"/desk/teams/{team}/people/{engineer.pk}/leave"),
    ]
    assert [answer.status_code for answer in asked] == [404] * 6
    assert state() == before


def test_a_team_that_is_not_there_is_404_for_every_verb(boss):
    client = browser(boss)
    assert client.get("/desk/teams/none").status_code == 404
    for step in ("rename", "archive", "unarchive", "people", "people/1/leave"):
        assert post(client, f"/desk/teams/none/{step}", name="x", person="1").status_code == 404


def test_a_form_sent_twice_does_its_work_once(team, boss):
    client = browser(boss)
    sent = {"name": "Twice", "request_key": "k"}
    first, second = (client.post(f"/desk/teams/{team}/rename", sent) for _ in range(2))
    assert (first.status_code, second.status_code, second.headers["Idempotent-Replayed"]) == (302, 302, "true")
    assert Entry.objects.filter(verb="accounts.team_renamed").count() == 1
