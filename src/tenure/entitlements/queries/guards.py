"""What rooms above know that matters before assets move.  They register here when the application starts."""

from collections.abc import Callable, Iterable

from tenure.entitlements.words.moving import Moving, Remark

Guard = Callable[[Moving], Iterable[Remark]]
GUARDS: list[Guard] = []


def watch(guard: Guard) -> None:
    """Ask `guard` before every move, in its preview and under its locks: once, however often it is registered."""
    if guard not in GUARDS:
        GUARDS.append(guard)


def remarks_of(moving: Moving) -> tuple[Remark, ...]:
    """What all rooms above say, in the order in which they registered."""
    return tuple(remark for guard in GUARDS for remark in guard(moving))
