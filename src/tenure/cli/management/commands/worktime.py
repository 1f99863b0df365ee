"""`tenure worktime FILE`: answers questions about working time, and about targets by the policy file."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from tenure.policy.rules import read_policy
from tenure.policy.rules.questions import sla_answers
from tenure.policy.words import Policy, PolicyMistakes
from tenure.worktime.answers import Answer, answers, read_cases
from tenure.worktime.words import BadQuestions


class Command(BaseCommand):
    help = "Answers a JSON file of questions about working time and targets, one line each."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="a JSON object with the lists `cases` and `sla_cases`")

    def handle(self, *, file: str, **_: Any) -> None:
        """Print {"id", "answer"} a line in the file's order; a faulty file is refused whole, with every fault named."""
        try:
            found = _answers(Path(file).read_text(encoding="utf-8-sig"))
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror or error}") from None
        except UnicodeDecodeError:
            raise CommandError(f"{file}: not UTF-8 text") from None
        except BadQuestions as refusal:
            problems: Any = refusal.facts["problems"]
            raise CommandError("\n".join(f"{file}: {problem}" for problem in problems)) from None
        for name, answer in found:
            self.stdout.write(json.dumps({"id": name, "answer": answer}))


def _answers(text: str) -> list[tuple[str, Answer]]:
    found = list(answers(text))
    targets = read_cases(text, under="sla_cases")
    return found + list(sla_answers(cases=targets, policy=_policy())) if targets else found


def _policy() -> Policy:
    file = Path(settings.POLICY_FILE)
    try:
        return read_policy(file.read_bytes())
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror or error}") from None
    except PolicyMistakes as refusal:
        raise CommandError("\n".join(f"{file}:{mistake}" for mistake in refusal.mistakes)) from None
