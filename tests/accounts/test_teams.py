"""The vendor's teams: who makes and changes them, who works in them, and what stays as history."""

from datetime import timedelta

import pytest

from tenure.accounts import actions, queries
from tenure.accounts.models import StaffMembership, Team, TeamMembership
from tenure.accounts.words import AccountRefusal, TeamTopic
from tenure.journal.models import Entry
from tenure.toolbox.refused import Refused
from tests import cast

pytestmark = pytest.mark.django_db

STORAGE = {"name": "Storage EMEA", "topic": TeamTopic.TECHNICAL, "region": "EMEA"}
LATER = cast.AT + timedelta(hours=1)


def state():
    return [list(table.objects.order_by("pk").values()) for table in (Team, TeamMembership)] + [Entry.objects.count()]


def refused(act, **asked):
    before = state()
    with pytest.raises(Refused) as no:
        act(**asked)
    assert state() == before
    return no.value.code


@pytest.fixture
def boss():
    return cast.manager()


@pytest.fixture
def team(boss):
    return actions.add_team(**STORAGE, **cast.asking(boss))


def members(who, slug):
    return [row.name for row in queries.team_people(cast.who(who), queries.team(cast.who(who), slug).id)[0]]


def test_managers_and_operators_make_teams_and_all_staff_see_them(boss):
    assert actions.add_team(**STORAGE, **cast.asking(boss)) == "storage-emea"
    assert (
        actions.add_team(name="Licences", topic=TeamTopic.LICENCES, region="", **cast.asking(cast.operator()))
        == "licences"
    )
    seen = [
        (row.slug, row.name, row.topic, row.region, row.people, row.is_archived)
        for row in queries.teams(cast.who(cast.analyst()))
    ]
    assert seen == [
        ("licences", "Licences", TeamTopic.LICENCES, "", 0, False),
        ("storage-emea", "Storage EMEA", TeamTopic.TECHNICAL, "EMEA", 0, False),
    ]


@pytest.mark.parametrize("role", ["engineer", "care_agent", "renewals", "analyst", "owner", "reseller"])
def test_nobody_else_changes_a_team_or_learns_that_it_is_there(team, role):
    asking = cast.asking(getattr(cast, role)())
    inside = cast.operator()
    person_id = inside.pk
    for act, asked in (
        (actions.add_team, {**STORAGE, "name": "Other"}), (actions.rename_team, {"slug": team, "name": "Mine"}),
        (actions.archive_team, {"slug": team}), (actions.unarchive_team, {"slug": team}),
        (actions.join_team, {"slug": team, "person_id": person_id}), (actions.leave_team, {"slug": team, "person_id": person_id}),
    ):  # fmt: skip
        assert refused(act, **asked, **asking) is AccountRefusal.NOT_FOUND


@pytest.mark.parametrize("role", ["owner", "reseller", "stranger"])
def test_only_staff_read_of_teams(team, role):
    who = cast.who(getattr(cast, role)())
    assert (queries.teams(who), queries.team_people(who, 1), queries.team_changes(who, team)) == ([], ([], []), [])
    with pytest.raises(Refused) as no:
        queries.team(who, team)
    assert no.value.code is AccountRefusal.NOT_FOUND


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", AccountRefusal.NAME_MISSING),
        (" - ", AccountRefusal.NAME_MISSING),
        ("x" * 101, AccountRefusal.NAME_TOO_LONG),
        ("storage  emea", AccountRefusal.TEAM_EXISTS),
        ("Storage-EMEA", None),
    ],
)
def test_a_name_is_there_once_and_says_something(team, boss, name, code):
    other = actions.add_team(name="Other", topic=TeamTopic.OTHER, region="", **cast.asking(boss))
    if code:
        assert refused(actions.add_team, **{**STORAGE, "name": name}, **cast.asking(boss)) is code
        assert refused(actions.rename_team, slug=other, name=name, **cast.asking(boss)) is code
    else:  # another name of the same letters: the address of a new team is taken, a renamed one keeps its own
        assert refused(actions.add_team, **{**STORAGE, "name": name}, **cast.asking(boss)) is AccountRefusal.TEAM_EXISTS
        actions.rename_team(slug=other, name=name, **cast.asking(boss))
        assert queries.team(cast.who(boss), other).name == name


def test_a_region_is_one_of_the_policys(boss):
    asked = {**STORAGE, "region": "Atlantis"}
    assert refused(actions.add_team, **asked, **cast.asking(boss)) is AccountRefusal.REGION_UNKNOWN


def test_a_renamed_team_keeps_its_address_and_the_same_name_again_changes_nothing(team, boss):
    actions.rename_team(slug=team, name=" Storage,  Europe ", **cast.asking(boss))
    before = state()
    actions.rename_team(slug=team, name="Storage, Europe", **cast.asking(boss, LATER))
    assert state() == before
    assert (queries.team(cast.who(boss), team).name, Team.objects.get().slug) == ("Storage, Europe", "storage-emea")


def test_an_archived_team_takes_nobody_in_and_comes_back_with_its_people(team, boss):
    engineer, analyst = cast.engineer(), cast.analyst()
    actions.join_team(slug=team, person_id=engineer.pk, **cast.asking(boss))
    actions.archive_team(slug=team, **cast.asking(boss))
    before = state()
    actions.archive_team(slug=team, **cast.asking(boss, LATER))
    assert state() == before
    assert (
        refused(actions.join_team, slug=team, person_id=analyst.pk, **cast.asking(boss)) is AccountRefusal.TEAM_ARCHIVED
    )
    assert [(row.is_archived, row.people) for row in queries.teams(cast.who(engineer))] == [(True, 1)]
    actions.unarchive_team(slug=team, **cast.asking(boss))
    before = state()
    actions.unarchive_team(slug=team, **cast.asking(boss, LATER))
    assert state() == before
    assert (queries.team(cast.who(boss), team).is_archived, members(boss, team)) == (False, ["Engineer"])


def test_archived_teams_are_listed_last(team, boss):
    actions.add_team(name="Zebra", topic=TeamTopic.OTHER, region="", **cast.asking(boss))
    actions.archive_team(slug=team, **cast.asking(boss))
    assert [row.slug for row in queries.teams(cast.who(boss))] == ["zebra", "storage-emea"]


def test_only_the_vendors_people_work_in_a_team(team, boss):
    left = cast.engineer()
    StaffMembership.objects.filter(person=left).update(ended_at=cast.AT)
    for person_id in (cast.owner().pk, cast.stranger().pk, left.pk, 0, 2**62):
        asked = {"slug": team, "person_id": person_id}
        assert refused(actions.join_team, **asked, **cast.asking(boss)) is AccountRefusal.PERSON_UNKNOWN
    assert [row.name for row in queries.team_people(cast.who(boss), Team.objects.get().pk)[1]] == ["Manager"]


def test_joining_and_leaving_again_changes_nothing_and_rows_stay_as_history(team, boss):
    engineer = cast.engineer()
    asked = {"slug": team, "person_id": engineer.pk}
    for act, there in ((actions.join_team, ["Engineer"]), (actions.leave_team, []), (actions.join_team, ["Engineer"])):
        act(**asked, **cast.asking(boss))
        before = state()
        act(**asked, **cast.asking(boss, LATER))
        assert (state(), members(boss, team)) == (before, there)
    rows = TeamMembership.objects.order_by("id").values_list("began_at", "ended_at")
    assert list(rows) == [(cast.AT, cast.AT), (cast.AT, None)]


def test_who_left_the_vendor_is_shown_without_a_role_and_can_be_taken_out(team, boss):
    engineer = cast.engineer()
    actions.join_team(slug=team, person_id=engineer.pk, **cast.asking(boss))
    StaffMembership.objects.filter(person=engineer).update(ended_at=LATER)
    inside, outside = queries.team_people(cast.who(boss), Team.objects.get().pk)
    assert ([(row.name, row.roles) for row in inside], [row.name for row in outside]) == (
        [("Engineer", ())],
        ["Manager"],
    )
    actions.leave_team(slug=team, person_id=engineer.pk, **cast.asking(boss, LATER))
    assert members(boss, team) == []


def test_the_history_of_a_team_names_every_change_newest_first(team, boss):
    engineer = cast.engineer()
    actions.rename_team(slug=team, name="Storage", **cast.asking(boss))
    actions.join_team(slug=team, person_id=engineer.pk, **cast.asking(boss))
    actions.leave_team(slug=team, person_id=engineer.pk, **cast.asking(boss))
    actions.archive_team(slug=team, **cast.asking(boss))
    actions.unarchive_team(slug=team, **cast.asking(boss, LATER))
    told = [(c.verb, c.by, c.person, c.before, c.after) for c in queries.team_changes(cast.who(engineer), team)]
    assert told == [
        ("accounts.team_unarchived", "Manager", "", "", ""),
        ("accounts.team_archived", "Manager", "", "", ""),
        ("accounts.team_left", "Manager", "Engineer", "", ""),
        ("accounts.team_joined", "Manager", "Engineer", "", ""),
        ("accounts.team_renamed", "Manager", "", "Storage EMEA", "Storage"),
        ("accounts.team_added", "Manager", "", "", ""),
    ]
