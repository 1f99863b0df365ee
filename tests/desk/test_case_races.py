"""Two people take one case at once, by real requests in real threads: one has it, the other reads who."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

from tenure.accounts.models import Person
from tenure.cases.models import Case, Event
from tests import cast
from tests.cases.conftest import make_scene, open_case
from tests.desk.test_cases import browser, step, text

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("turn", range(3))
def test_of_two_who_take_one_case_at_once_one_has_it_and_the_other_reads_who(turn: int) -> None:
    scene = make_scene()
    number = open_case(scene.technical).number
    people = [scene.engineer, cast.manager()]
    clients = {someone.pk: browser(someone) for someone in people}
    start = Barrier(len(people))

    def run(someone: Person) -> tuple[int, str]:
        client: Client = clients[someone.pk]
        try:
            start.wait(10)
            answer = step(client, number, "take")
            return answer.status_code, "" if answer.status_code == 302 else text(answer)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(people)) as pool:
        answers = sorted(pool.map(run, people))
    holder = Case.objects.get(number=number).assignee
    assert [status for status, _page in answers] == [302, 409]
    assert f"{holder.name} has taken the case." in answers[1][1]
    assert Event.objects.filter(case__number=number, kind="taken").count() == 1
