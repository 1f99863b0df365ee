"""Tables of renewals: the price list, notices, quotes and orders.  No verbs here."""

from tenure.renewals.models.notices import CalendarFeed, Lost, Notice, NoticeLetter, RenewalTask, Unsubscribed
from tenure.renewals.models.prices import Enrolment, Price
from tenure.renewals.models.quotes import (
    ActingConsent,
    Order,
    Quote,
    QuoteLine,
    QuoteService,
    ResellerChange,
    ResellerProfile,
    ResellerRequest,
    SignedPaper,
)

__all__ = [
    "ActingConsent",
    "CalendarFeed",
    "Enrolment",
    "Lost",
    "Notice",
    "NoticeLetter",
    "Order",
    "Price",
    "Quote",
    "QuoteLine",
    "QuoteService",
    "RenewalTask",
    "ResellerChange",
    "ResellerProfile",
    "ResellerRequest",
    "SignedPaper",
    "Unsubscribed",
]
