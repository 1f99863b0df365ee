"""The `tenure` command: chooses the database and its role, then hands over to the command's own module.

Commands live in `tenure.cli.management.commands`, one module each; Django's own can be called too. An expected refusal
is one line on standard error and exit code 1, wrong usage is 2, Ctrl-C is 130.  Source: ours.
"""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import MutableMapping, Sequence
from pathlib import Path

from tenure.config import embedded
from tenure.config.environment import folder

CHECKOUT = Path(__file__).resolve().parents[3]
COMMANDS = Path(__file__).resolve().parents[1] / "cli" / "management" / "commands"
LISTED_OF_DJANGO = {"migrate": "Brings the database's tables up to date."}

# First words of commands that compute only; they must work without a database and start none.
PURE = {
    ("worktime",),
    ("policy", "check"),
    ("policy", "diff"),
    ("makemessages",),
    ("compilemessages",),
    ("collectstatic",),
    ("check",),
    ("startapp",),
    ("--version",),
}
# Commands that change tables, or put them back; all others work as `app`.
OWNERS = {
    ("migrate",),
    ("makemigrations",),
    ("showmigrations",),
    ("sqlmigrate",),
    ("flush",),
    ("restore",),
    ("clock", "advance"),
    ("clock", "reset"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; `arguments` come without the program's name."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if not words or words[0] in ("help", "-h", "--help"):
        print(overview())
        return 0
    data = data_folder()
    started = False
    try:
        started = choose_database(words, os.environ, data)
        return _run(words)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader of our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except embedded.EmbeddedError as error:
        return _refuse(str(error))
    finally:
        if started:
            embedded.release(data)


def data_folder() -> Path:
    """Return the folder of the embedded database and of files."""
    return folder("TENURE_DATA", CHECKOUT / ".tenure")


def choose_database(words: Sequence[str], environment: MutableMapping[str, str], data: Path) -> bool:
    """Set DATABASE_URL and DATABASE_OWNER_URL for this command, and say whether the embedded database is held for it.

    A DATABASE_URL of the caller's is used; the embedded database is then never started. DATABASE_OWNER_URL defaults
    to it; a command that works as owner finds who serves in DATABASE_APP_URL. A worker connects to DATABASE_DIRECT_URL
    where there is one, past any pooler.
    """
    numbered = list(words[:2]) == ["policy", "diff"] and any(word.isdecimal() for word in words[2:])  # kept versions
    if (
        (numbered or not _is_one_of(words, PURE))
        and not {"-h", "--help"} & set(words)
        and not environment.get("DATABASE_URL")
    ):
        urls = embedded.ensure(data)
        environment["DATABASE_URL"], environment["DATABASE_OWNER_URL"] = urls.app, urls.owner
        environment.setdefault("TENURE_POSTGRES_BIN", str(embedded.wheel_binaries()))
        held = True
    else:
        held = False
    app = environment.get("DATABASE_URL")
    if app and not environment.get("DATABASE_OWNER_URL"):
        environment["DATABASE_OWNER_URL"] = app
    if app and _is_one_of(words, OWNERS):
        environment["DATABASE_APP_URL"], environment["DATABASE_URL"] = app, environment["DATABASE_OWNER_URL"]
    if words[0] == "worker" and environment.get("DATABASE_DIRECT_URL"):
        environment["DATABASE_URL"] = environment["DATABASE_DIRECT_URL"]
    return held


def overview() -> str:
    """Return the list of our commands, one line each, without loading any of them."""
    listed = dict(LISTED_OF_DJANGO)
    for file in COMMANDS.glob("[a-z]*.py"):
        listed[file.stem] = _help_line(file)
    width = max(len(name) for name in listed)
    lines = [f"  tenure {name.ljust(width)}  {listed[name]}" for name in sorted(listed)]
    return "\n".join(["Usage: tenure COMMAND [OPTIONS]    (tenure COMMAND --help tells more)", "", *lines])


def _help_line(file: Path) -> str:
    """Return the first line of a command's `help`, read from its source."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        match node:
            case ast.Assign(targets=[ast.Name(id="help")], value=ast.Constant(value=str(text))):
                return text.strip().splitlines()[0]
    return ""


def _is_one_of(words: Sequence[str], known: set[tuple[str, ...]]) -> bool:
    return any(tuple(words[: len(start)]) == start for start in known)


def _run(words: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tenure.config.settings")
    import django
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import CommandError, get_commands, load_command_class
    from django.db import OperationalError, ProgrammingError, connections

    from tenure.toolbox.refused import Refused

    if words[0] == "--version":
        from importlib.metadata import version

        print(version("tenure"))
        return 0
    name, rest = words[0], words[1:]
    try:
        django.setup()
        known = get_commands()
        if name not in known:
            return _unknown(name, list(known))
        app = known[name]
        command = load_command_class(app, name) if isinstance(app, str) else app
        vars(command)["_called_from_command_line"] = True  # argparse then prints usage and exits with 2
        parser = command.create_parser("tenure", name)
        options = parser.parse_args(rest)
        given = vars(options)
        given["skip_checks"] = True  # bin/check runs them
        try:
            command.execute(*given.pop("args", ()), **given)
        finally:
            connections.close_all()
        return 0
    except Refused as refusal:
        facts = ", ".join(f"{key} {value}" for key, value in refusal.facts.items())
        return _refuse(f"refused: {refusal.code}" + (f" ({facts})" if facts else ""))
    except CommandError as error:
        return _refuse(str(error), error.returncode)
    except ImproperlyConfigured as error:
        return _refuse(str(error))
    except OperationalError as error:
        return _refuse(f"the database does not serve: {_first_line(error)}")
    except ProgrammingError as error:
        if getattr(error.__cause__, "sqlstate", None) == "42P01":
            return _refuse("the database has not all tables yet: run `tenure migrate`.")
        raise


def _unknown(name: str, known: Sequence[str]) -> int:
    from difflib import get_close_matches

    close = get_close_matches(name, known, n=1)
    hint = f" Did you mean {close[0]}?" if close else ""
    print(f"tenure: there is no command {name!r}.{hint} `tenure --help` lists them.", file=sys.stderr)
    return 2


def _refuse(message: str, code: int = 1) -> int:
    print(f"tenure: {message}", file=sys.stderr)
    return code


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


if __name__ == "__main__":
    sys.exit(main())
