"""A new installation makes the tables at once, an older one goes step by step: both end with the same."""

from django.db.migrations.loader import MigrationLoader
from django.db.migrations.serializer import serializer_factory

LAST, AT_ONCE = "0005_signed_on_paper", "0001_squashed_0005_signed_on_paper"
NAMED = ("constraints", "indexes")


def written(part: object) -> str:
    """A field, constraint or index as a migration says it."""
    return serializer_factory(part).serialize()[0]


def tables(name: str, *, at_once: bool) -> dict[str, object]:
    loader = MigrationLoader(None, replace_migrations=at_once)
    models = loader.project_state(("renewals", name)).models
    return {
        model.name: (
            {field: written(each) for field, each in model.fields.items()},
            {key: value for key, value in model.options.items() if key not in NAMED},
            *({each.name: written(each) for each in model.options.get(key, [])} for key in NAMED),
        )
        for (room, _), model in models.items()
        if room == "renewals"
    }


def test_the_tables_made_at_once_are_those_made_step_by_step():
    assert tables(AT_ONCE, at_once=True) == tables(LAST, at_once=False)


def test_what_is_made_at_once_takes_the_place_of_every_step():
    loader = MigrationLoader(None, replace_migrations=False)
    steps = [name for room, name in loader.disk_migrations if room == "renewals" and name <= LAST and name != AT_ONCE]
    assert loader.disk_migrations["renewals", AT_ONCE].replaces == [("renewals", name) for name in sorted(steps)]
