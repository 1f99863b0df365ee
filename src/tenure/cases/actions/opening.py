"""Opening a case: the decision first, then the case with its verdict and its promises, in one statement."""

import json
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.db import connection, transaction

from tenure.accounts.models import Organisation
from tenure.accounts.words import StaffRole, Who
from tenure.cases import letters
from tenure.cases.actions.attachments import keep_files
from tenure.cases.actions.holding import columns_of
from tenure.cases.queries.case import judge_of
from tenure.cases.queries.cover import Ground, ground, promises_nothing, support_decision
from tenure.cases.rules import cache_of, fold
from tenure.cases.rules.texts import check_body, check_summary, searchable
from tenure.cases.words import (
    Beginning,
    CareBeginning,
    CaseRefusal,
    Channel,
    Event,
    Happening,
    Kind,
    Opened,
    PromiseRow,
    Side,
    Story,
    Topic,
    Upload,
)
from tenure.entitlements.actions.courtesy import hold_place, use_place
from tenure.entitlements.queries.rights import version_on
from tenure.entitlements.rules import rests_on_courtesy, unknown
from tenure.entitlements.words import Benefit, Decision, HeldCourtesy
from tenure.journal.actions import record
from tenure.journal.words import Actor
from tenure.policy.queries import VersionedPolicy
from tenure.policy.words import Phone
from tenure.renewals.queries.resellers import may_act_for
from tenure.toolbox.refused import Refused
from tenure.toolbox.texts import tidy_body, tidy_line

LONGEST_PLATFORM = 200
LONGEST_ADDRESS = 1000
TAKES_CALLS = frozenset({StaffRole.ENGINEER, StaffRole.CARE_AGENT, StaffRole.MANAGER, StaffRole.OPERATOR})

# open: the case, that it was opened and registered, its words, its promises and its verdict
OPEN = """
WITH opened AS (
    INSERT INTO cases_case (number, kind, topic, channel, organisation_id, site_id, asset_id, product_id, release,
        platform, company, address, region, language, summary, opened_by_id, contact_name, contact_email, contact_id,
        level, policy_version_id, zone, country, subdivision, opened_at, source, source_number, state, severity,
        assignee_id, registered_at, changed_at, waiting_since, closed_at, next_milestone, next_due_at, last_seq)
    VALUES (%(number)s, %(kind)s, %(topic)s, %(channel)s, %(organisation)s, %(site)s, %(asset)s, %(product)s,
        %(release)s, %(platform)s, %(company)s, %(address)s, %(region)s, %(language)s, %(summary)s, %(opener)s,
        %(contact_name)s, %(contact_email)s, %(contact_id)s, %(level)s, %(version)s, %(zone)s, %(country)s,
        %(subdivision)s, %(opened_at)s, '', '', %(state)s, %(severity)s, NULL, %(registered_at)s, %(changed_at)s, NULL,
        NULL, %(next_milestone)s, %(next_due_at)s, 2)
    RETURNING id
), begun AS (
    INSERT INTO cases_event (case_id, seq, at, kind, side, person_id, author, public, facts)
    SELECT id, 1, %(opened_at)s, 'opened', %(side)s, %(person)s, %(author)s, TRUE, %(facts)s FROM opened RETURNING id
), registered AS (
    INSERT INTO cases_event (case_id, seq, at, kind, side, person_id, author, public, facts)
    SELECT id, 2, %(registered_at)s, 'registered', 'system', NULL, '', FALSE, '{}' FROM opened
), said AS (
    INSERT INTO cases_text (event_id, case_id, public, body, vector)
    SELECT begun.id, opened.id, TRUE, %(body)s, to_tsvector('simple', %(words)s) FROM begun, opened
), promised AS (
    INSERT INTO cases_casemilestone (case_id, name, due_at, met_at, breached_at, ended_at)
    SELECT opened.id, p.* FROM opened, unnest(%(names)s::text[], %(due)s::timestamptz[], %(met)s::timestamptz[],
                                              %(breached)s::timestamptz[], %(ended)s::timestamptz[]) p
), judged AS (
    INSERT INTO cases_verdict (case_id, at, granted, receipt)
    SELECT id, %(registered_at)s, TRUE, %(receipt)s FROM opened WHERE %(receipt)s::text IS NOT NULL
)
SELECT opened.id, begun.id FROM opened, begun
"""


@transaction.atomic
def open_case(
    *, who: Who, beginning: Beginning, at: datetime, by: Actor, uploads: tuple[Upload, ...] = ()
) -> Opened:  # fmt: skip
    """Open a technical case on an asset, and say its number, promises and verdict.

    who: holds a contact seat of the asset's customer; or is staff who takes a call, or of a reseller that the customer
    lets act for it, and names the contact ID of whom it is for.
    at: when it is written down.  Raises Refused: NOT_ENTITLED with the decision in its facts (an asset that does not
    exist or is somebody else's: its code is unknown_serial), SEVERITY_NEEDS_PHONE with the region and its phones,
    SEVERITY_UNKNOWN, CONTACT_SEAT_NEEDED, RELEASE_UNKNOWN, and what texts and files are refused for.  A case that rests
    on a courtesy takes one of its places, COURTESY_USED_UP where none is left, and promises nothing if the policy says
    so.  Source: A12, D2, D5, D7, D9.
    """
    stands_on = ground(who=who, serial=beginning.serial, caller=beginning.caller or "")
    version = version_on(at.date())
    if stands_on is None:
        nothing = unknown(serial=beginning.serial, benefit=Benefit.TECHNICAL_SUPPORT, on=at.date())
        raise Refused(CaseRefusal.NOT_ENTITLED, decision=nothing)
    decision = support_decision(who=who, ground=stands_on, at=at)
    _check_severity(beginning, stands_on, version)
    if not decision.granted:
        raise Refused(CaseRefusal.NOT_ENTITLED, decision=decision)
    if not stands_on.contact_id or (beginning.caller and not _speaks_for(who, stands_on)):
        raise Refused(CaseRefusal.CONTACT_SEAT_NEEDED, serial=stands_on.serial)
    release = _release(stands_on, beginning.release)
    opened_at = min(beginning.called_at or at, at)
    events = (
        Event(1, opened_at, Happening.OPENED, beginning.severity, who.person_id),
        Event(2, at, Happening.REGISTERED),
    )
    story = fold(events)
    level = "" if promises_nothing(decision=decision, policy=version.policy) else decision.level or ""
    rows = _promised(stands_on, story, level, version, at)
    columns: dict[str, Any] = {
        "kind": Kind.TECHNICAL.value, "topic": Topic.TECHNICAL.value, "channel": beginning.channel.value,
        "organisation": stands_on.organisation_id, "site": stands_on.site_id, "asset": stands_on.asset_id,
        "product": stands_on.product_id, "release": release,
        "platform": tidy_line(beginning.platform)[:LONGEST_PLATFORM], "company": "", "address": "",
        "region": stands_on.region, "language": beginning.language, "summary": check_summary(beginning.summary),
        "body": check_body(beginning.details, missing=CaseRefusal.DETAILS_MISSING),
        "opener": stands_on.contact_person if beginning.caller and who.is_staff else who.person_id,
        "contact_name": stands_on.contact_name, "contact_email": stands_on.contact_email,
        "contact_id": stands_on.contact_id, "level": level, "version": version.id if level else None,
        "zone": stands_on.zone, "country": stands_on.country, "subdivision": stands_on.subdivision,
        "receipt": decision.as_json(),
    }  # fmt: skip
    held = _place(who, stands_on, decision, at)
    opened = _write(
        columns, who=who, story=story, rows=rows, decision=decision, version=version, uploads=uploads, at=at, by=by
    )
    if held is not None:
        use_place(held=held, case_number=opened.number, at=at)
    return opened


@transaction.atomic
def open_care_case(
    *, who: Who, beginning: CareBeginning, at: datetime, by: Actor, uploads: tuple[Upload, ...] = ()
) -> Opened:  # fmt: skip
    """Open a customer-care case: for everyone who is signed in, and by staff for a caller whom they name.

    Raises Refused: NOT_ALLOWED for a visitor or an organisation that is not one's own, TOPIC_UNKNOWN for a technical
    topic, REGION_UNKNOWN, CALLER_UNKNOWN, and what texts and files are refused for.  Source: D7, D9.
    """
    version = version_on(at.date())
    takes_call = bool(who.staff & TAKES_CALLS) and beginning.channel is Channel.PHONE
    if who.person_id is None or not (takes_call or _is_own(who, beginning.organisation_id)):
        raise Refused(CaseRefusal.NOT_ALLOWED)
    if beginning.topic is Topic.TECHNICAL:
        raise Refused(CaseRefusal.TOPIC_UNKNOWN, topic=beginning.topic.value)
    if beginning.region not in version.policy.regions:
        raise Refused(CaseRefusal.REGION_UNKNOWN, region=beginning.region)
    story = fold((Event(1, at, Happening.OPENED, None, who.person_id), Event(2, at, Happening.REGISTERED)))
    company = tidy_line(beginning.company)[:LONGEST_PLATFORM]
    if beginning.organisation_id is not None:
        company = Organisation.objects.values_list("name", flat=True).get(id=beginning.organisation_id)
    opener, name, address = _caller(beginning) if takes_call else (who.person_id, who.name or who.email, who.email)
    columns: dict[str, Any] = {
        "kind": Kind.CARE.value, "topic": beginning.topic.value, "channel": beginning.channel.value,
        "organisation": beginning.organisation_id, "site": None, "asset": None, "product": None, "release": "",
        "platform": "", "company": company, "address": tidy_body(beginning.address)[:LONGEST_ADDRESS],
        "region": beginning.region, "language": "" if takes_call else who.language,
        "summary": check_summary(beginning.summary),
        "body": check_body(beginning.details, missing=CaseRefusal.DETAILS_MISSING), "opener": opener,
        "contact_name": name, "contact_email": address, "contact_id": "", "level": "", "version": None,
        "zone": version.policy.regions[beginning.region].zone, "country": "", "subdivision": "",
        "receipt": None,
    }  # fmt: skip
    return _write(columns, who=who, story=story, rows=(), decision=None, version=version, uploads=uploads, at=at, by=by)


def _promised(
    stands_on: Ground, story: Story, level: str, version: VersionedPolicy, at: datetime
) -> tuple[PromiseRow, ...]:  # fmt: skip
    """What a case of the level at the site is promised; nothing without a level."""
    if not level:
        return ()
    judge = judge_of(
        version=version.number, level=level, zone=stands_on.zone, country=stands_on.country,
        subdivision=stands_on.subdivision,
    )  # fmt: skip
    return judge.rows(story, at)


def _place(who: Who, stands_on: Ground, decision: Decision, at: datetime) -> HeldCourtesy | None:
    """The courtesy that a case rests on, locked, with a place left; None where it rests on more than a courtesy."""
    if not rests_on_courtesy(decision):
        return None
    held = hold_place(asset_id=stands_on.asset_id, on=stands_on.day(at))
    if held is None:  # it was taken back while we waited for it
        raise Refused(CaseRefusal.NOT_ENTITLED, decision=support_decision(who=who, ground=stands_on, at=at))
    if held.is_used_up:
        raise Refused(CaseRefusal.COURTESY_USED_UP, most=held.most_cases, until=held.until.isoformat())
    return held


def _speaks_for(who: Who, stands_on: Ground) -> bool:
    """Whether the person may open a case for somebody else: staff for a caller, a reseller with consent."""
    return bool(who.staff & TAKES_CALLS) or may_act_for(who=who, organisation_id=stands_on.organisation_id)


def _is_own(who: Who, organisation_id: int | None) -> bool:
    return organisation_id is None or organisation_id in {organisation for organisation, _ in who.roles}


def _caller(beginning: CareBeginning) -> tuple[int | None, str, str]:
    """Whose case it is: the person behind a verified address, if there is one, their name and the address."""
    name, address = tidy_line(beginning.caller)[:LONGEST_PLATFORM], tidy_line(beginning.caller_email)[:LONGEST_PLATFORM]
    if not name:
        raise Refused(CaseRefusal.CALLER_UNKNOWN)
    owner = EmailAddress.objects.filter(email__iexact=address, verified=True, user__is_active=True).first()
    return (owner.user_id if owner else None), name, address


def _write(
    columns: dict[str, Any], *, who: Who, story: Story, rows: tuple[PromiseRow, ...], decision: Decision | None,
    version: VersionedPolicy, uploads: tuple[Upload, ...], at: datetime, by: Actor,
) -> Opened:  # fmt: skip
    number = version.policy.identifiers["case"].made_from(number=_next_number())
    summary, body = str(columns["summary"]), str(columns["body"])
    told = tuple(row.promise for row in rows)
    facts = {} if story.severity is None else {"severity": story.severity}
    with connection.cursor() as cursor:
        cursor.execute(
            OPEN,
            {
                **columns, **cache_of(story, told), **columns_of(told), "number": number, "opened_at": story.opened_at,
                "side": (Side.VENDOR if who.is_staff else Side.CUSTOMER).value, "person": who.person_id,
                "author": who.name or who.email, "facts": json.dumps(facts),
                "words": searchable(f"{summary}\n{body}"),
            },
        )  # fmt: skip
        case_id, event_id = cursor.fetchone()
    if uploads:
        keep_files(case_id=case_id, event_id=event_id, uploads=uploads, at=at)
    organisation = columns["organisation"]
    record(
        verb="cases.opened", subject=("case", number), at=at, by=by,
        facts={"kind": str(columns["kind"]), "channel": str(columns["channel"]), **facts},
        organisation_id=organisation if isinstance(organisation, int) else None,
    )  # fmt: skip
    courtesy = decision is not None and rests_on_courtesy(decision)
    letters.case_opened(case_id=case_id, rows=rows, by_courtesy=courtesy, at=at)
    return Opened(
        id=case_id, number=number, kind=Kind(str(columns["kind"])), state=story.state, severity=story.severity,
        opened_at=story.opened_at, promises=rows, decision=decision,
    )  # fmt: skip


def _check_severity(beginning: Beginning, stands_on: Ground, version: VersionedPolicy) -> None:
    severity = version.policy.severities.get(beginning.severity)
    if severity is None:
        raise Refused(CaseRefusal.SEVERITY_UNKNOWN, severity=beginning.severity)
    if beginning.channel is not Channel.PHONE and (not severity.web or severity.phone is Phone.REQUIRED):
        region = version.policy.regions.get(stands_on.region)
        phones = [(phone.country, phone.number, phone.costs) for phone in region.phones] if region else []
        raise Refused(
            CaseRefusal.SEVERITY_NEEDS_PHONE, severity=beginning.severity, region=stands_on.region, phones=phones
        )


def _release(stands_on: Ground, asked: str) -> str:
    """The label of the release that was named, or of the one that is licensed."""
    wanted = tidy_line(asked)
    if not wanted:
        return stands_on.release
    for name, label in stands_on.releases:
        if wanted.casefold() in {name.casefold(), label.casefold()}:
            return label or name
    raise Refused(CaseRefusal.RELEASE_UNKNOWN, release=wanted, releases=[label for _, label in stands_on.releases])


def _next_number() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('cases_number')")
        return int(cursor.fetchone()[0])
