"""One transaction a request; who is asking, and when."""

from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from tenure.accounts.queries import who_is
from tenure.clock.queries import now

Answer = Callable[[HttpRequest], HttpResponse]


def one_transaction(get_response: Answer) -> Answer:
    """Run the whole request in one transaction; a refused one (400 and up) leaves nothing behind."""

    def answer(request: HttpRequest) -> HttpResponse:
        with transaction.atomic():
            response = get_response(request)
            if response.status_code >= 400:
                transaction.set_rollback(True)
            return response

    return answer


def who_and_when(get_response: Answer) -> Answer:
    """Put `request.who` and `request.at` on the request; nothing below the screens reads a clock."""

    def answer(request: HttpRequest) -> HttpResponse:
        request.at = now()
        request.who = who_is(request.user.pk)
        return get_response(request)

    return answer
