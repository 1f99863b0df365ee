"""Several at once, with real threads on the real database."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection

from tenure.toolbox.refused import Refused


def at_once(*acts: Callable[[], object]) -> list[str]:
    """What each act answers, "done" or its refusal, when all start together; in the order of the alphabet."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        try:
            start.wait(10)
            act()
            return "done"
        except Refused as no:
            return no.code.value
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))
