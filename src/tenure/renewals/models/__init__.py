"""Tables of renewals: the price list, notices, quotes and orders.  No verbs here."""

from tenure.renewals.models.notices import CalendarFeed, Lost, Notice, NoticeLetter, RenewalTask, Unsubscribed
from tenure.renewals.models.prices import Price
from tenure.renewals.models.quotes import (
    ActingConsent,
    Order,
    Quote,
    QuoteLine,
    ResellerChange,
    ResellerProfile,
    ResellerRequest,
)

__all__ = [
    "ActingConsent",
    "CalendarFeed",
    "Lost",
    "Notice",
    "NoticeLetter",
    "Order",
    "Price",
    "Quote",
    "QuoteLine",
    "RenewalTask",
    "ResellerChange",
    "ResellerProfile",
    "ResellerRequest",
    "Unsubscribed",
]
