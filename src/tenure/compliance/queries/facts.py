"""One customer's position with one product: everything that bears on it, for the rules to explain."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from tenure.accounts.words import Who
from tenure.catalog.words import ProductKind
from tenure.compliance.queries.positions import statement
from tenure.compliance.queries.sight import visible_positions
from tenure.compliance.words import CountSource, Facts, HandCount, Licence, Measure, Report, Stretch
from tenure.entitlements.queries.rights import version_on
from tenure.policy.words import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """Whose position with what, the facts of all days, and what the policy of the day says.

    sites: their names by id.
    """

    organisation_id: int
    organisation: str
    number: str
    product_id: int
    product: str
    slug: str
    kind: ProductKind
    has_content: bool
    facts: Facts
    measure: Measure
    policy: Policy
    sites: dict[int, str]


# seen: the customer and the product, if the reader may see a position of theirs on the day
SEEN = """
SELECT o.id, o.name, o.number, x.id, x.name, x.slug, x.kind, x.has_content
FROM accounts_organisation o CROSS JOIN catalog_product x
WHERE o.number = %(number)s AND x.slug = %(slug)s AND {seen}
"""
# assets: that are or were this customer's, with what moves did to each
ASSETS = """
SELECT a.id, a.serial_number, a.purpose, a.licence_kind = 'subscription' OR a.purpose = 'temporary', c.issued_on,
       a.organisation_id, a.quantity, a.site_id,
       ARRAY(SELECT t.family || ' ' || lower(t.covers) || ' ' || upper(t.covers) || ' ' || t.quantity || ' '
                    || extract(epoch FROM lower(t.known)) || ' ' || COALESCE(extract(epoch FROM upper(t.known)), 0)
             FROM entitlements_term t WHERE t.asset_id = a.id AND t.family < 4 ORDER BY t.id),
       ARRAY(SELECT (m.at AT TIME ZONE a.zone)::date || ' ' || extract(epoch FROM m.at) || ' '
                    || COALESCE(l.organisation_before_id, 0) || ' ' || l.quantity_before || ' '
                    || COALESCE(l.organisation_after_id, 0) || ' ' || l.quantity_after
                    || ' ' || COALESCE(l.site_before_id, 0) || ' ' || COALESCE(l.site_after_id, 0)
             FROM entitlements_moveline l JOIN entitlements_move m ON m.id = l.move_id
             WHERE l.asset_id = a.id ORDER BY l.id)
FROM entitlements_asset a JOIN entitlements_certificate c ON c.id = a.certificate_id
WHERE a.product_id = %(product)s AND (a.organisation_id = %(organisation)s OR a.id IN (
    SELECT asset_id FROM entitlements_moveline
    WHERE %(organisation)s IN (organisation_before_id, organisation_after_id)))
ORDER BY a.serial_number
"""
# counts: by hand; of the same line of a day what was kept last
COUNTS = """
SELECT DISTINCT ON (c.site_id, c.counted_on, c.release_id, c.asset_id, c.host)
       c.site_id, c.counted_on, c.quantity, c.source, COALESCE(r.label, ''), COALESCE(a.serial_number, ''), c.host
FROM compliance_count c LEFT JOIN catalog_release r ON r.id = c.release_id
LEFT JOIN entitlements_asset a ON a.id = c.asset_id
WHERE c.organisation_id = %(organisation)s AND c.product_id = %(product)s
ORDER BY c.site_id, c.counted_on, c.release_id, c.asset_id, c.host, c.id DESC
"""
# reports: those that change something: a quantity, the first and last of so many days, and the last up to the day, of
# each stretch in which the asset was this customer's.  What lies between two of a few days apart and says the same
# changes no sum and no freshness; a stretch may begin there, so each is thinned by itself.
REPORTS = """
SELECT v.id, v.asset_id, (v.ended_at AT TIME ZONE a.zone)::date, c."on", c.installed,
       COALESCE(NULLIF(v.host_name, ''), v.host)
FROM (SELECT k.*, lag(installed) OVER w AS was, lag(part) OVER w AS part_before, lead(part) OVER w AS part_after,
             lead("on") OVER w AS next
      FROM (SELECT c.*, o.starts, (c."on" - '2000-01-01') / GREATEST(1, %(fresh)s::int / 3) AS part
            FROM unnest(%(assets)s::bigint[], %(starts)s::date[], %(ends)s::date[]) AS o (asset_id, starts, ends)
            JOIN activation_activation v ON v.asset_id = o.asset_id
            JOIN activation_checkin c ON c.activation_id = v.id AND c."on" >= o.starts
                AND (o.ends IS NULL OR c."on" < o.ends)) k
      WINDOW w AS (PARTITION BY activation_id, starts ORDER BY "on")) c
JOIN activation_activation v ON v.id = c.activation_id JOIN entitlements_asset a ON a.id = v.asset_id
WHERE c.was IS DISTINCT FROM c.installed OR c.part_before IS DISTINCT FROM c.part
   OR c.part_after IS DISTINCT FROM c.part OR (c."on" <= %(on)s::date AND c.next > %(on)s::date)
ORDER BY v.id, c."on"
"""


def detail(*, who: Who | None, number: str, slug: str, on: date) -> Detail | None:
    """Everything that bears on one customer's position with one product; None where the reader may not see it.

    A fixed number of queries.  Source: A9.
    """
    if "\0" in number or "\0" in slug:
        return None
    version = version_on(on)
    fresh = version.policy.compliance.fresh_days
    head = _seen(who, number, slug, on, version.policy)
    if head is None:
        return None
    organisation_id, name, number, product_id, product, slug, kind, has_content = head
    values: dict[str, Any] = {"organisation": organisation_id, "product": product_id, "fresh": fresh, "on": on}
    with connection.cursor() as cursor:
        cursor.execute(ASSETS, values)
        held = {raw[0]: _Held.of(raw, version.policy) for raw in cursor.fetchall()}
        cursor.execute(COUNTS, values)
        counts = tuple(
            HandCount(site_id=site, on=day, quantity=quantity, source=CountSource(source), release=release,
                      serial=serial, host=host)
            for site, day, quantity, source, release, serial, host in cursor.fetchall()
        )  # fmt: skip
        cursor.execute(REPORTS, values | _stretches(held, organisation_id))
        reports = tuple(_reports(cursor.fetchall(), held, organisation_id))
        cursor.execute("SELECT id, name FROM accounts_site WHERE organisation_id = %s", [organisation_id])
        sites = dict(cursor.fetchall())
    if not (held or counts):
        return None
    licences = tuple(each for one in held.values() for each in one.licences(organisation_id))
    return Detail(
        organisation_id=organisation_id, organisation=name, number=number, product_id=product_id, product=product,
        slug=slug, kind=ProductKind(kind), has_content=has_content, policy=version.policy, sites=sites,
        facts=Facts(licences=licences, counts=counts, reports=reports), measure=Measure(fresh_days=fresh),
    )  # fmt: skip


def _seen(who: Who | None, number: str, slug: str, on: date, policy: Policy) -> tuple[Any, ...] | None:
    """The customer and the product, where the reader may see the position: as the list decides it.

    Whose people hold a role with the customer, and staff, may look at any day; a reseller at those on which every
    licence of it was sold by them.
    """
    values: dict[str, Any] = {"number": number, "slug": slug}
    staff = who is None or who.is_staff
    own = "TRUE" if staff else "o.id = ANY(%(organisations)s::bigint[])"
    sight = visible_positions(who)
    with connection.cursor() as cursor:
        cursor.execute(SEEN.format(seen=own), values | sight.params)
        found: tuple[Any, ...] | None = cursor.fetchone()
        if found is None and who is not None and who.reseller_ids:
            one = statement(sight, narrow="o.number = %(number)s AND x.slug = %(slug)s")
            sql = f"{one} SELECT organisation_id, organisation, number, product_id, product, slug, kind, has_content FROM position"  # noqa: S608, E501
            cursor.execute(sql, values | sight.params | {
                "on": on, "fresh": policy.compliance.fresh_days,
                "purposes": [each.value for each in policy.compliance.counted_purposes],
            })  # fmt: skip
            found = cursor.fetchone()
    return found


@dataclass(frozen=True, slots=True)
class _Owner:
    """Whose an asset is, from a day on: before `at` its terms are those known then."""

    starts: date
    ends: date | None
    organisation_id: int
    site_id: int
    quantity: int
    at: float | None

    def holds(self, day: date) -> bool:
        return self.starts <= day and (self.ends is None or day < self.ends)


@dataclass(frozen=True, slots=True)
class _Held:
    serial: str
    purpose: str
    counts: bool
    ends_with_term: bool
    owners: tuple[_Owner, ...]
    terms: tuple[tuple[date, date, int, float, float], ...]

    @classmethod
    def of(cls, raw: tuple[Any, ...], policy: Policy) -> "_Held":
        _id, serial, purpose, ends_with_term, issued_on, organisation_id, quantity, site_id, terms, moves = raw
        known = tuple(_term(text) for text in terms)
        began = min([issued_on, *(starts for starts, _, _, _, until in known if not until)])
        counted = {each.value for each in policy.compliance.counted_purposes}
        owners = _owners(began, [text.split() for text in moves], (organisation_id, site_id, quantity))
        return cls(serial, purpose, purpose in counted, ends_with_term, tuple(owners), known)

    def licences(self, organisation_id: int) -> Iterable[Licence]:
        """One for each stretch in which it is this customer's, with the terms that hold in it."""
        for owner in self.owned_by(organisation_id):
            terms = tuple(
                Stretch(starts=starts, ends=ends, quantity=quantity)
                for starts, ends, quantity, since, until in self.terms
                if (not until if owner.at is None else since < owner.at and (not until or until >= owner.at))
            )
            yield Licence(
                serial=self.serial, purpose=self.purpose, counts=self.counts, ends_with_term=self.ends_with_term,
                owned=(Stretch(starts=owner.starts, ends=owner.ends, quantity=owner.quantity),), terms=terms,
            )  # fmt: skip

    def owned_by(self, organisation_id: int) -> tuple[_Owner, ...]:
        return tuple(each for each in self.owners if each.organisation_id == organisation_id and each.quantity)


def _term(text: str) -> tuple[date, date, int, float, float]:
    _family, starts, ends, quantity, since, until = text.split()
    return date.fromisoformat(starts), date.fromisoformat(ends), int(quantity), float(since), float(until)


def _owners(began: date, moves: list[list[str]], now: tuple[int, int, int]) -> Iterable[_Owner]:
    """The stretches between the moves of one asset; of several moves on a day the last one decides."""
    by_day: dict[date, list[list[str]]] = defaultdict(list)
    for move in moves:
        by_day[date.fromisoformat(move[0])].append(move)
    days = sorted(by_day)
    bounds: list[date] = [began, *days]
    for place, bound in enumerate(bounds):
        starts = max(began, bound)
        ends = days[place] if place < len(days) else None
        if ends is not None and ends <= starts:
            continue
        if ends is not None:
            _, at, organisation, quantity, _, _, site, _ = by_day[ends][0]
            yield _Owner(starts, ends, int(organisation), int(site), int(quantity), float(at))
        elif days:
            _, _, _, _, organisation, quantity, _, site = by_day[days[-1]][-1]
            yield _Owner(starts, None, int(organisation), int(site), int(quantity), None)
        else:
            yield _Owner(starts, None, now[0], now[1], now[2], None)


def _stretches(held: dict[int, _Held], organisation_id: int) -> dict[str, list[Any]]:
    """When the assets were this customer's, side by side for the statement of reports."""
    own = [(asset_id, each) for asset_id, one in held.items() for each in one.owned_by(organisation_id)]
    return {
        "assets": [asset_id for asset_id, _ in own],
        "starts": [each.starts for _, each in own],
        "ends": [each.ends for _, each in own],
    }


def _reports(rows: Iterable[tuple[Any, ...]], held: dict[int, _Held], organisation_id: int) -> Iterable[Report]:
    """What products reported while their asset was this customer's; with a move the activation is over for it."""
    for activation_id, asset_id, over, on, installed, host in rows:
        for owner in held[asset_id].owned_by(organisation_id):
            if owner.holds(on):
                ends = min((day for day in (over, owner.ends) if day is not None), default=None)
                yield Report(
                    site_id=owner.site_id, activation_id=activation_id, on=on, quantity=installed, ends=ends,
                    serial=held[asset_id].serial, host=host,
                )  # fmt: skip
