"""Who may change an organisation's people, and what a refusal leaves as it was."""

from dataclasses import replace
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings

from tenure.accounts import actions, queries
from tenure.accounts.models import Contact, Handover, Invitation, Membership, Person, Token
from tenure.accounts.words import AccountRefusal, NewPerson, Profile, Role, Scope, StaffRole
from tenure.journal.models import Entry
from tenure.journal.words import COMMAND
from tenure.outbox.models import Mail
from tenure.policy.actions import apply_policy
from tenure.toolbox.refused import Refused
from tests import cast

pytestmark = pytest.mark.django_db


def state():
    """Everything these actions could change."""
    return [
        list(table.objects.order_by("pk").values())
        for table in (Membership, Invitation, Handover, Token, Person, Contact)
    ] + [Entry.objects.count(), Mail.objects.count()]


def refused(act, **asked):
    before = state()
    with pytest.raises(Refused) as no:
        act(**asked)
    assert state() == before
    return no.value.code


def open_roles(person):
    return sorted(Membership.objects.filter(person=person, ended_at=None).values_list("role", flat=True))


def verbs():
    return list(Entry.objects.filter(verb__startswith="accounts.").order_by("id").values_list("verb", flat=True))


def test_numbers_follow_the_policys_format_and_are_given_once():
    form = replace(cast.CUSTOMER_NUMBER, prefixes=("A-",), shape="@##", pattern="A-[A-Z][0-9]{2}")
    (first,) = actions.take_numbers(form=form, how_many=1)
    taken = [first, *actions.take_numbers(form=form, how_many=3)]
    assert [form.read(number) for number in taken] == taken
    place = next(number for number in range(form.capacity) if form.made_from(number=number) == first)
    assert taken == [form.made_from(number=place + more) for more in range(4)]


def test_a_format_that_makes_no_more_numbers_is_refused():
    form = replace(cast.CUSTOMER_NUMBER, shape="#", pattern="K-[0-9]")
    with pytest.raises(Refused) as no:
        actions.take_numbers(form=form, how_many=10)
    assert (no.value.code, no.value.facts) == (AccountRefusal.NUMBERS_USED_UP, {"kind": "organisation", "most": 10})


def test_links_and_tokens_go_by_the_policy_of_the_day():
    owner = cast.owner()
    text = settings.POLICY_FILE.read_text()
    for old, new in (("invitation_days = 14", "invitation_days = 3"), ("tokens_a_person = 20", "tokens_a_person = 1")):
        text = text.replace(old, new)
    later = cast.AT + timedelta(days=30)
    apply_policy(text=text, in_force_from=later.date(), at=cast.AT, by=COMMAND, places=[])
    invited = {"organisation_id": cast.aster().pk, "role": Role.VIEWER}
    actions.invite(email="a@aster.example", **invited, **cast.asking(owner))
    actions.invite(email="b@aster.example", **invited, **cast.asking(owner, later))
    lasting = [(i.expires_at - i.invited_at).days for i in Invitation.objects.order_by("id")]
    assert lasting == [14, 3]
    token = {"person_id": owner.pk, "name": "x", "scopes": [Scope.CASES_READ], "expires_at": None, "by": COMMAND}
    actions.add_token(at=cast.AT, **token)
    actions.add_token(at=cast.AT, **token)
    assert refused(actions.add_token, at=later, **token) is AccountRefusal.TOO_MANY_TOKENS


def test_without_a_policy_nobody_is_invited_and_no_token_made(without_policy):
    owner = cast.owner()
    guest = {"organisation_id": cast.aster().pk, "email": "a@aster.example", "role": Role.VIEWER}
    token = {"person_id": owner.pk, "name": "x", "scopes": [Scope.CASES_READ], "expires_at": None}
    assert refused(actions.invite, **guest, **cast.asking(owner)) is AccountRefusal.NO_POLICY
    assert refused(actions.add_token, at=cast.AT, by=COMMAND, **token) is AccountRefusal.NO_POLICY


def test_an_invitation_leads_the_invited_address_into_its_role_once():
    owner, guest = cast.owner(), cast.stranger()
    place = cast.aster()
    secret = actions.invite(
        organisation_id=place.pk, email="SAM@nowhere.example ", role=Role.VIEWER, **cast.asking(owner)
    )
    assert [letter.recipient for letter in Mail.objects.all()] == ["sam@nowhere.example"]
    assert secret in Mail.objects.get().text
    assert secret.encode() not in bytes(Invitation.objects.get().digest)
    assert queries.invitation_offer(cast.who(guest), secret, cast.AT).is_for_me is True
    assert actions.accept_invitation(secret=secret, **cast.asking(guest)) == place.pk
    assert open_roles(guest) == ["viewer"]
    assert refused(actions.accept_invitation, secret=secret, **cast.asking(guest)) is AccountRefusal.INVITATION_ENDED
    assert verbs() == ["accounts.invited", "accounts.invitation_accepted"]


def test_an_invitation_is_no_use_to_another_address():
    owner, other = cast.owner(), cast.other_owner()
    secret = actions.invite(
        organisation_id=cast.aster().pk, email="sam@nowhere.example", role=Role.VIEWER, **cast.asking(owner)
    )
    code = refused(actions.accept_invitation, secret=secret, **cast.asking(other))
    assert code is AccountRefusal.INVITATION_FOR_ANOTHER_ADDRESS


def test_an_unconfirmed_address_does_not_take_an_invitation():
    owner, guest = cast.owner(), cast.stranger()
    EmailAddress.objects.filter(user_id=guest.pk).update(verified=False)
    secret = actions.invite(organisation_id=cast.aster().pk, email=guest.email, role=Role.VIEWER, **cast.asking(owner))
    code = refused(actions.accept_invitation, secret=secret, **cast.asking(guest))
    assert code is AccountRefusal.INVITATION_FOR_ANOTHER_ADDRESS


def test_unknown_expired_and_withdrawn_invitations_look_the_same():
    owner, guest, place = cast.owner(), cast.stranger(), cast.aster()
    old = actions.invite(organisation_id=place.pk, email=guest.email, role=Role.VIEWER, **cast.asking(owner))
    late = cast.AT + timedelta(days=14)
    assert refused(actions.accept_invitation, secret="made up", **cast.asking(guest)) is AccountRefusal.INVITATION_ENDED
    assert refused(actions.accept_invitation, secret=old, **cast.asking(guest, late)) is AccountRefusal.INVITATION_ENDED
    new = actions.invite(organisation_id=place.pk, email=guest.email, role=Role.VIEWER, **cast.asking(owner, late))
    waiting = Invitation.objects.get(withdrawn_at=None)
    actions.withdraw_invitation(organisation_id=place.pk, invitation_id=waiting.pk, **cast.asking(owner, late))
    assert refused(actions.accept_invitation, secret=new, **cast.asking(guest, late)) is AccountRefusal.INVITATION_ENDED


def test_the_same_invitation_or_role_twice_is_refused():
    owner, place = cast.owner(), cast.aster()
    cast.viewer()
    asked = {"organisation_id": place.pk, "role": Role.VIEWER, **cast.asking(owner)}
    assert refused(actions.invite, email="vera@aster.example", **asked) is AccountRefusal.ALREADY_MEMBER
    actions.invite(email="new@aster.example", **asked)
    assert refused(actions.invite, email="NEW@aster.example", **asked) is AccountRefusal.ALREADY_INVITED
    assert refused(actions.invite, email="nonsense", **asked) is AccountRefusal.ADDRESS_INVALID
    asked["role"] = Role.RESELLER
    assert refused(actions.invite, email="a@b.example", **asked) is AccountRefusal.ROLE_NOT_HERE


@pytest.mark.parametrize(
    ("someone", "code"),
    [
        (cast.technical, AccountRefusal.NOT_AN_OWNER),
        (cast.purchasing, AccountRefusal.NOT_AN_OWNER),
        (cast.viewer, AccountRefusal.NOT_AN_OWNER),
        (cast.other_owner, AccountRefusal.NOT_FOUND),
        (cast.reseller, AccountRefusal.NOT_FOUND),
        (cast.stranger, AccountRefusal.NOT_FOUND),
        (cast.operator, AccountRefusal.NOT_FOUND),
    ],
)
def test_only_an_owner_changes_people_and_a_stranger_learns_nothing(someone, code):
    owner, asker, place = cast.owner(), someone(), cast.aster()
    guest = cast.person("gus@nowhere.example")
    target = cast.join(guest, place, Role.VIEWER)
    secret = actions.invite(organisation_id=place.pk, email="x@y.example", role=Role.VIEWER, **cast.asking(owner))
    offer = actions.offer_handover(organisation_id=place.pk, taker_id=guest.pk, **cast.asking(owner))
    invitation = Invitation.objects.get()
    asked = {"organisation_id": place.pk, **cast.asking(asker)}
    assert refused(actions.invite, email="a@b.example", role=Role.OWNER, **asked) is code
    assert refused(actions.withdraw_invitation, invitation_id=invitation.pk, **asked) is code
    assert refused(actions.change_role, membership_id=target.pk, role=Role.OWNER, **asked) is code
    assert refused(actions.end_membership, membership_id=target.pk, **asked) is code
    assert refused(actions.offer_handover, taker_id=guest.pk, **asked) is code
    assert refused(actions.withdraw_handover, handover_id=offer, **asked) is code
    assert refused(actions.accept_handover, handover_id=offer, **asked) is AccountRefusal.NOT_FOUND
    assert secret not in str(queries.invitations(cast.who(asker), place.pk, cast.AT))


def test_a_stranger_gets_for_another_organisation_what_a_missing_one_gets():
    asker, place = cast.other_owner(), cast.aster()
    cast.owner()
    for organisation in (place.pk, 0):
        with pytest.raises(Refused) as no:
            queries.members(cast.who(asker), organisation)
        assert (no.value.code, no.value.facts) == (AccountRefusal.NOT_FOUND, {})
    for number in (place.number, "C1"):
        with pytest.raises(Refused) as no:
            queries.organisation(cast.who(asker), number)
        assert (no.value.code, no.value.facts) == (AccountRefusal.NOT_FOUND, {})


def test_a_membership_of_another_organisation_cannot_be_named():
    owner, other = cast.owner(), cast.other_technical()
    theirs = Membership.objects.get(person=other)
    asked = {"organisation_id": cast.aster().pk, "membership_id": theirs.pk, **cast.asking(owner)}
    assert refused(actions.end_membership, **asked) is AccountRefusal.NOT_FOUND
    assert refused(actions.change_role, role=Role.VIEWER, **asked) is AccountRefusal.NOT_FOUND


def test_an_owner_changes_a_role_and_the_history_stays():
    owner, colleague = cast.owner(), cast.technical()
    old = Membership.objects.get(person=colleague)
    asked = {"organisation_id": cast.aster().pk, **cast.asking(owner)}
    actions.change_role(membership_id=old.pk, role=Role.PURCHASING, **asked)
    assert open_roles(colleague) == ["purchasing"]
    old.refresh_from_db()
    assert (old.role, old.ended_at) == ("technical", cast.AT)
    assert refused(actions.change_role, membership_id=old.pk, role=Role.VIEWER, **asked) is AccountRefusal.NOT_FOUND


def test_the_last_owner_neither_leaves_nor_steps_down():
    owner = cast.owner()
    mine = Membership.objects.get(person=owner)
    asked = {"organisation_id": cast.aster().pk, "membership_id": mine.pk, **cast.asking(owner)}
    assert refused(actions.end_membership, **asked) is AccountRefusal.LAST_OWNER
    assert refused(actions.change_role, role=Role.VIEWER, **asked) is AccountRefusal.LAST_OWNER


def test_anyone_but_the_last_owner_may_leave():
    cast.owner()
    leaver = cast.viewer()
    mine = Membership.objects.get(person=leaver)
    actions.end_membership(organisation_id=cast.aster().pk, membership_id=mine.pk, **cast.asking(leaver))
    assert open_roles(leaver) == []
    assert queries.organisations(cast.who(leaver)) == []


def test_ownership_passes_when_the_colleague_accepts():
    owner, taker, place = cast.owner(), cast.technical(), cast.aster()
    offer = actions.offer_handover(organisation_id=place.pk, taker_id=taker.pk, **cast.asking(owner))
    assert Mail.objects.latest("id").recipient == taker.email
    asked = {"organisation_id": place.pk, "taker_id": taker.pk, **cast.asking(owner)}
    assert refused(actions.offer_handover, **asked) is AccountRefusal.HANDOVER_OPEN
    actions.accept_handover(organisation_id=place.pk, handover_id=offer, **cast.asking(taker))
    assert (open_roles(owner), open_roles(taker)) == (["viewer"], ["owner", "technical"])
    asked = {"organisation_id": place.pk, "handover_id": offer, **cast.asking(taker)}
    assert refused(actions.accept_handover, **asked) is AccountRefusal.HANDOVER_ENDED


def test_an_offer_of_somebody_who_is_no_owner_any_more_is_void():
    owner, taker, place = cast.owner(), cast.technical(), cast.aster()
    second = cast.person("second@aster.example")
    cast.join(second, place, Role.OWNER)
    offer = actions.offer_handover(organisation_id=place.pk, taker_id=taker.pk, **cast.asking(owner))
    theirs = Membership.objects.get(person=owner)
    actions.end_membership(organisation_id=place.pk, membership_id=theirs.pk, **cast.asking(second))
    asked = {"organisation_id": place.pk, "handover_id": offer, **cast.asking(taker)}
    assert refused(actions.accept_handover, **asked) is AccountRefusal.HANDOVER_ENDED


def test_a_verified_address_joins_what_the_paperwork_says_and_only_once():
    place, someone = cast.aster(), cast.stranger()
    for role in (Role.OWNER, Role.TECHNICAL):
        Contact.objects.create(organisation=place, role=role, name="Sam", email="Sam@Nowhere.example")
    asked = {"person_id": someone.pk, "address": "sam@nowhere.example", "at": cast.AT, "by": COMMAND}
    assert actions.join_by_address(**asked) == [(place.pk, Role.OWNER), (place.pk, Role.TECHNICAL)]
    assert open_roles(someone) == ["owner", "technical"]
    assert set(Contact.objects.values_list("person_id", flat=True)) == {someone.pk}
    assert actions.join_by_address(**asked) == []
    assert verbs() == ["accounts.joined_by_address"] * 2


def test_an_unverified_address_joins_nothing():
    place, someone = cast.aster(), cast.stranger()
    EmailAddress.objects.update(verified=False)
    Contact.objects.create(organisation=place, role=Role.OWNER, name="Sam", email=someone.email)
    before = state()
    assert actions.join_by_address(person_id=someone.pk, address=someone.email, at=cast.AT, by=COMMAND) == []
    assert actions.join_by_any_address(person_id=someone.pk, at=cast.AT, by=COMMAND) == []
    assert state() == before


def test_a_contact_imported_later_meets_the_address_that_was_verified_before():
    place, someone = cast.aster(), cast.stranger()
    known = Contact.objects.create(organisation=place, role=Role.TECHNICAL, name="Sam", email="SAM@nowhere.example")
    unknown = Contact.objects.create(organisation=place, role=Role.OWNER, name="Una", email="una@nowhere.example")
    asked = {"contact_ids": [known.pk, unknown.pk], "at": cast.AT, "by": COMMAND}
    assert actions.join_known_contacts(**asked) == 1
    assert actions.join_known_contacts(**asked) == 0
    assert open_roles(someone) == ["technical"]


def test_joining_takes_the_same_number_of_statements_for_1_contact_and_for_500(django_assert_num_queries):
    place = cast.aster()
    rows = [Contact(organisation=place, role=Role.VIEWER, name="N", email=f"n{n}@nowhere.example") for n in range(500)]
    ids = [row.pk for row in Contact.objects.bulk_create(rows)]
    for some in (ids[:1], ids):
        with django_assert_num_queries(3):  # savepoint, join, release
            assert actions.join_known_contacts(contact_ids=some, at=cast.AT, by=COMMAND) == 0


def test_a_role_that_an_owner_ended_does_not_come_back_by_the_paperwork():
    owner, place, someone = cast.owner(), cast.aster(), cast.stranger()
    Contact.objects.create(organisation=place, role=Role.VIEWER, name="Sam", email=someone.email)
    actions.join_by_any_address(person_id=someone.pk, at=cast.AT, by=COMMAND)
    theirs = Membership.objects.get(person=someone)
    actions.end_membership(organisation_id=place.pk, membership_id=theirs.pk, **cast.asking(owner))
    assert actions.join_by_any_address(person_id=someone.pk, at=cast.AT, by=COMMAND) == []
    assert open_roles(someone) == []


def test_whoever_proves_an_address_displaces_a_sign_up_that_never_did():
    rival, prover = cast.person("shared@nowhere.example"), cast.stranger()
    EmailAddress.objects.filter(user_id=rival.pk).update(verified=False)
    asked = {"address": "shared@nowhere.example", "at": cast.AT, "by": COMMAND}
    actions.displace_unproven(person_id=prover.pk, **asked)
    assert list(Person.objects.values_list("pk", flat=True)) == [prover.pk]


def test_a_proven_address_is_never_displaced():
    holder, other = cast.stranger(), cast.viewer()
    before = state()
    actions.displace_unproven(person_id=other.pk, address=holder.email, at=cast.AT, by=COMMAND)
    assert state() == before


def test_people_of_a_reseller_look_as_that_reseller_whatever_their_role():
    boss = cast.person("boss@cinder.example")
    cast.join(boss, cast.cinder(), Role.OWNER)
    assert cast.who(boss).reseller_ids == [cast.cinder().pk]
    assert cast.who(cast.reseller()).organisation_ids == []


def test_who_is_and_who_has_token_take_one_query(django_assert_num_queries):
    someone = cast.owner()
    secret = actions.add_token(
        person_id=someone.pk, name="build", scopes=[Scope.CASES_READ], expires_at=None, at=cast.AT, by=COMMAND
    )
    with django_assert_num_queries(1):
        known = queries.who_is(someone.pk)
    with django_assert_num_queries(1):
        assert queries.who_has_token(secret, cast.AT) == (known, frozenset({Scope.CASES_READ}))


def test_a_token_ends_and_is_revoked_by_its_owner_alone():
    someone, other = cast.owner(), cast.other_owner()
    ends = cast.AT + timedelta(days=1)
    secret = actions.add_token(
        person_id=someone.pk, name="build", scopes=[Scope.CASES_READ], expires_at=ends, at=cast.AT, by=COMMAND
    )
    token = Token.objects.get()
    assert secret.encode() not in bytes(token.digest)
    assert queries.who_has_token(secret + "x", cast.AT) is None
    assert queries.who_has_token(secret, ends) is None
    assert refused(actions.revoke_token, token_id=token.pk, **cast.asking(other)) is AccountRefusal.NOT_FOUND
    assert queries.who_has_token(secret, cast.AT) is not None
    actions.revoke_token(token_id=token.pk, **cast.asking(someone))
    assert queries.who_has_token(secret, cast.AT) is None
    assert queries.tokens(cast.who(someone)) == []


def test_a_token_of_a_closed_account_opens_nothing():
    someone = cast.owner()
    secret = actions.add_token(
        person_id=someone.pk, name="build", scopes=[Scope.CASES_READ], expires_at=None, at=cast.AT, by=COMMAND
    )
    Person.objects.update(is_active=False)
    assert queries.who_has_token(secret, cast.AT) is None


@pytest.mark.parametrize(
    ("profile", "code"),
    [
        (Profile(name="Иван", language="en", zone="UTC"), AccountRefusal.NAME_NOT_LATIN),
        (Profile(name="Ivan", language="xx", zone="UTC"), AccountRefusal.LANGUAGE_UNKNOWN),
        (Profile(name="Ivan", language="en", zone="Mars/Base"), AccountRefusal.ZONE_UNKNOWN),
        (Profile(name="Ivan", language="en", zone="UTC", theme="pink"), AccountRefusal.THEME_UNKNOWN),
    ],
)
def test_a_faulty_profile_changes_nothing(profile, code):
    assert refused(actions.update_profile, profile=profile, **cast.asking(cast.owner())) is code


def test_a_profile_is_changed_and_the_same_again_is_no_change():
    someone = cast.owner()
    asked = {"profile": Profile(name=" Olga  Aster-Roux ", language="fr", zone="Europe/Paris", theme="dark")}
    actions.update_profile(**asked, **cast.asking(someone))
    actions.update_profile(**asked, **cast.asking(someone))
    now = cast.who(someone)
    assert (now.name, now.language, now.zone, now.theme) == ("Olga Aster-Roux", "fr", "Europe/Paris", "dark")
    assert verbs() == ["accounts.profile_changed"]


def test_customer_care_links_and_others_cannot():
    agent, someone, place = cast.care_agent(), cast.stranger(), cast.aster()
    asked = {"email": someone.email, "organisation_id": place.pk, "role": Role.TECHNICAL, "why": "certificate shown"}
    for other in (cast.engineer(), cast.owner(), cast.reseller()):
        assert refused(actions.link_person, **asked, **cast.asking(other)) is AccountRefusal.NOT_FOUND
    actions.link_person(**asked, **cast.asking(agent))
    assert open_roles(someone) == ["technical"]
    entry = Entry.objects.get(verb="accounts.linked")
    assert (entry.why, entry.organisation_id) == ("certificate shown", place.pk)


def test_adding_a_person_twice_changes_nothing():
    new = NewPerson(email="Op@vendor.example", role=StaffRole.OPERATOR)
    first = actions.add_person(new=new, at=cast.AT, by=COMMAND)
    before = state()
    assert actions.add_person(new=new, at=cast.AT, by=COMMAND) == first
    assert state() == before
    assert cast.who(Person.objects.get()).staff == {StaffRole.OPERATOR}


@pytest.mark.parametrize(
    ("organisation", "role", "code"),
    [
        ("", Role.OWNER, AccountRefusal.ORGANISATION_NEEDED),
        ("Nobody", Role.OWNER, AccountRefusal.ORGANISATION_UNKNOWN),
        ("Aster Mills", Role.OWNER, AccountRefusal.ORGANISATION_AMBIGUOUS),
        ("Cinder Row Trading", Role.VIEWER, AccountRefusal.ROLE_NOT_HERE),
    ],
)
def test_a_person_is_not_added_to_the_wrong_place(organisation, role, code):
    cast.aster(), cast.cinder()
    cast.organisation("Aster Mills", country="FR")
    new = NewPerson(email="p@aster.example", role=role, organisation=organisation)
    assert refused(actions.add_person, new=new, at=cast.AT, by=COMMAND) is code
