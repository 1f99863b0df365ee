"""The words of the catalogue."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum


class ProductKind(StrEnum):
    """A2: three kinds of product."""

    SOFTWARE = "software"
    ONLINE_SERVICE = "online_service"
    HARDWARE = "hardware"


class ReleaseState(StrEnum):
    """Where a release stands on a day.  Source: A10."""

    ANNOUNCED = "announced"
    STANDARD = "standard"
    EXTENDED = "extended"
    ENDED = "ended"
    UNKNOWN = "unknown"


SUPPORTED = frozenset({ReleaseState.STANDARD, ReleaseState.EXTENDED})


class CatalogRefusal(StrEnum):
    """Why the catalogue says no."""

    FILE_HAS_MISTAKES = "file_has_mistakes"
    UNKNOWN_PLACE = "unknown_place"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """The end of one kind of support.

    from_day: the first day without it.  Without a day: `ended` says that it is over, on a day nobody knows, and
    `by_day` is the first day on which that was known.  offered: False where this support never was sold.
    """

    from_day: date | None = None
    ended: bool = False
    by_day: date | None = None
    offered: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifecycle:
    """What decides the state of a release on a day."""

    available_from: date | None
    standard: Ending
    extended: Ending


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One mistake in a file: where, as result[3].releases[2].eolFrom, and what is wrong."""

    where: str
    reason: str

    def __str__(self) -> str:
        return f"{self.where}: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRelease:
    """A release as a file has it."""

    name: str
    label: str
    available_from: date | None
    active: Ending
    standard: Ending
    extended: Ending
    discontinued: Ending
    is_long_term: bool
    latest: str
    latest_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadProduct:
    """A product as a file has it; None where the file does not say, so that what is known stays."""

    slug: str
    name: str
    category: str
    kind: ProductKind
    family_slug: str
    family_name: str
    aliases: tuple[str, ...]
    platforms: tuple[str, ...] | None
    has_content: bool | None
    reminds_customer: bool | None
    releases: tuple[ReadRelease, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadCatalog:
    """A whole file without a mistake; `told_on`: the day on which it was made, where it says so."""

    told_on: date | None
    products: tuple[ReadProduct, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import did.  new, changed, unchanged: releases, which add up to `releases`."""

    products: int
    releases: int
    new: int
    changed: int
    unchanged: int
    products_new: int
    products_changed: int

    def __str__(self) -> str:
        return (
            f"{self.products:,} products, {self.releases:,} releases: "
            f"{self.new:,} new, {self.changed:,} changed, {self.unchanged:,} unchanged"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductRow:
    """A product, and how it stands on the day that was asked about; latest: the label of the release out last."""

    id: int
    slug: str
    name: str
    kind: ProductKind
    category: str
    family: str
    aliases: tuple[str, ...]
    has_content: bool
    releases: int
    supported: int
    latest: str | None
    latest_from: date | None
    platforms: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductPage:
    """A page of products; `after`: the slug to go on from, None on the last page."""

    rows: tuple[ProductRow, ...]
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseRow:
    """A release on a day.  Every `_from` day is the first on which the sentence is true."""

    id: int
    product_slug: str
    product_name: str
    name: str
    label: str
    available_from: date | None
    active: Ending
    standard: Ending
    extended: Ending
    discontinued: Ending
    is_long_term: bool
    latest: str
    latest_on: date | None
    state: ReleaseState

    @property
    def lifecycle(self) -> Lifecycle:
        return Lifecycle(available_from=self.available_from, standard=self.standard, extended=self.extended)


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportedRow:
    """A release that has support on a day, of which kind, and the first day without it."""

    product_slug: str
    product_name: str
    kind: ProductKind
    release: str
    available_from: date
    state: ReleaseState
    ends_from: date | None

    @property
    def last_day(self) -> date | None:
        """The last day with support."""
        return self.ends_from - timedelta(days=1) if self.ends_from else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A day of a release became another one.  before, after: an ISO day, true, false, or nothing."""

    release: str
    field: str
    before: str
    after: str
    changed_at: datetime
