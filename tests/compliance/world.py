"""A small world of licences, terms, moves, counts and reports, drawn by chance, straight into the tables."""

import random
from datetime import UTC, date, datetime, time, timedelta

from tenure.accounts.models import Organisation, Site
from tenure.activation.models import Activation, CheckIn
from tenure.catalog.models import Product
from tenure.compliance.models import Count
from tenure.entitlements.models import Asset, Move, MoveLine, Term
from tenure.entitlements.words import TermFamily
from tests import cast, estate

START = date(2026, 1, 1)
LAST = START + timedelta(days=400)
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)


class World:
    """Two customers and a reseller, two products, each customer with two sites."""

    def __init__(self, draw: random.Random, *, moving: bool = True) -> None:
        self._draw, self._moving = draw, moving
        self.customers = [cast.aster(), cast.bellwether()]
        self.products = [estate.product("Quay Vault"), estate.product("Quay Mail", kind="online_service")]
        self.sites = {each.pk: [estate.site(each), estate.site(each, "Annex")] for each in self.customers}
        for number in range(draw.randint(1, 6)):
            self._asset(number)
        for _ in range(draw.randint(0, 6)):
            self._count()

    def day(self) -> date:
        return START + timedelta(days=self._draw.randint(-30, 430))

    def _asset(self, number: int) -> None:
        draw, customer, product = self._draw, self._draw.choice(self.customers), self._draw.choice(self.products)
        made = estate.asset(
            customer, f"M{number:010d}", of=product, quantity=draw.randint(1, 20), site=self._site(customer),
            reseller=draw.choice([None, cast.cinder()]),
            licence_kind=draw.choice(["perpetual", "subscription"]),
            purpose=draw.choice(["production", "production", "trial", "not_for_resale", "temporary"]),
        )  # fmt: skip
        made.certificate.issued_on = self.day()
        made.certificate.save()
        family = TermFamily.SUBSCRIPTION if made.licence_kind == "subscription" else TermFamily.MAINTENANCE
        for held in (family, draw.choice([TermFamily.EXTENSION, TermFamily.COURTESY])):
            bounds = sorted({self.day() for _ in range(draw.randint(0, 4))})
            for starts, ends in zip(bounds[::2], bounds[1::2], strict=False):
                Term.objects.create(
                    asset=made, family=held, level="essential", quantity=draw.randint(1, 20), covers=(starts, ends),
                    known=(LONG_AGO, None),
                )  # fmt: skip
        self._activations(made)
        if self._moving and draw.random() < 0.4:
            self._move(made)

    def _site(self, customer: Organisation) -> Site:
        return self._draw.choice(self.sites[customer.pk])

    def _activations(self, made: Asset) -> None:
        for host in range(self._draw.choice([0, 0, 1, 2])):
            ended = self._draw.choice([None, None, self.day()])
            activation = Activation.objects.create(
                asset=made, units=1, host=f"host-{host}", activated_at=LONG_AGO,
                ended_at=datetime.combine(ended, time(12), UTC) if ended else None,
            )  # fmt: skip
            said = self._draw.randint(0, 9)
            for on in sorted({self.day() for _ in range(self._draw.randint(0, 12))}):
                said = said if self._draw.random() < 0.6 else self._draw.randint(0, 9)
                CheckIn.objects.create(
                    activation=activation, on=on, at=datetime.combine(on, time(12), UTC), installed=said, version="9.4",
                    clock_at=datetime.combine(on, time(12), UTC),
                )  # fmt: skip

    def _move(self, made: Asset) -> None:
        """To the other customer, or gone, or fewer; its terms are known anew from then on."""
        at = datetime.combine(self.day(), time(9), UTC)
        after = self._draw.choice(self.customers)
        kept = self._draw.choice([made.quantity, self._draw.randint(0, made.quantity)])
        move = Move.objects.create(kind="transfer", at=at, why="Sold")
        MoveLine.objects.create(
            move=move, asset=made, organisation_before=made.organisation, organisation_after=after,
            site_before=made.site, site_after=self._site(after), quantity_before=made.quantity, quantity_after=kept,
            term_days_before=0, term_days_after=0,
        )  # fmt: skip
        for term in list(made.terms.all()):
            covers = term.covers
            Term.objects.filter(pk=term.pk).update(known=(LONG_AGO, at))
            if kept:
                Term.objects.create(
                    asset=made, family=term.family, level="basic", quantity=kept, covers=covers, known=(at, None)
                )
        line = move.lines.get()
        made.organisation, made.site, made.quantity = after, line.site_after, kept
        made.save(update_fields=["organisation", "site", "quantity"])

    def _count(self) -> None:
        customer, product = self._draw.choice(self.customers), self._draw.choice(self.products)
        site, day = self._site(customer), self._draw.choice([self.day(), date(2026, 5, 5)])
        for _ in range(self._draw.randint(1, 3)):
            self.count(customer, product, site, day, self._draw.randint(0, 30), host=self._draw.choice(["", "a", "b"]))

    def count(
        self, customer: Organisation, product: Product, site: Site, day: date, quantity: int, **more: object
    ) -> Count:
        return Count.objects.create(
            organisation=customer, product=product, site=site, counted_on=day, quantity=quantity,
            source=self._draw.choice(["entered", "imported"]), kept_at=LONG_AGO, **more,
        )  # fmt: skip
