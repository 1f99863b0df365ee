"""The description of the API: OpenAPI 3.1 for programs, and the same as a page for people."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from tenure.api.problems import SCHEMA

ROOT = "api/v1/"


class Described(NinjaAPI):
    """Ninja's API, whose description also tells how a problem looks."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:  # fmt: skip
        schema = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        schema["components"]["schemas"]["Problem"] = SCHEMA
        return schema


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRow:
    """One field of what is sent or answered.  place: path, query, header or body."""

    name: str
    place: str
    type: str
    required: bool
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRow:
    status: str
    words: str
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationRow:
    """One operation of the API as the page shows it."""

    anchor: str
    method: str
    path: str
    summary: str
    words: str
    fields: tuple[FieldRow, ...]
    answers: tuple[AnswerRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaRow:
    name: str
    words: str
    fields: tuple[FieldRow, ...]


def page_of(api: NinjaAPI) -> Callable[[HttpRequest], HttpResponse]:
    """`/api`: open to anyone; made from the description itself."""

    @cache
    def told() -> tuple[tuple[OperationRow, ...], tuple[SchemaRow, ...]]:
        schema = api.get_openapi_schema(path_prefix=ROOT)
        return tuple(_operations(schema)), tuple(_schemas(schema))

    @require_safe
    def page(request: HttpRequest) -> HttpResponse:
        operations, schemas = told()
        shown = {"operations": operations, "schemas": schemas, "address": f"{settings.SITE_URL}/{ROOT}"}
        return render(request, "api/description.html", shown)

    return page


def _operations(schema: Mapping[str, Any]) -> Iterator[OperationRow]:
    for path, methods in schema["paths"].items():
        for method, told in methods.items():
            yield OperationRow(
                anchor=told["operationId"], method=method.upper(), path=path, summary=told["summary"],
                words=told.get("description", ""), fields=tuple(_asked(told)), answers=tuple(_answers(told)),
            )  # fmt: skip


def _asked(told: Mapping[str, Any]) -> Iterator[FieldRow]:
    for each in told.get("parameters", ()):
        yield FieldRow(
            name=each["name"], place=each["in"], type=_type(each["schema"]), required=each["required"],
            words=each.get("description", ""),
        )  # fmt: skip
    if "requestBody" in told:
        body = told["requestBody"]
        yield FieldRow(
            name="", place="body", type=_content(body["content"]), required=body.get("required", False), words=""
        )


def _answers(told: Mapping[str, Any]) -> Iterator[AnswerRow]:
    for status, each in sorted(told["responses"].items(), key=lambda pair: str(pair[0])):
        yield AnswerRow(status=str(status), words=each["description"], type=_content(each.get("content", {})))


def _schemas(schema: Mapping[str, Any]) -> Iterator[SchemaRow]:
    for name, each in sorted(schema["components"]["schemas"].items()):
        required = each.get("required", ())
        fields = tuple(
            FieldRow(name=key, place="", type=_type(told), required=key in required, words=told.get("description", ""))
            for key, told in each.get("properties", {}).items()
        )
        words = each.get("description", "")
        yield SchemaRow(name=name, words=words or " | ".join(map(str, each.get("enum", ()))), fields=fields)


def _content(content: Mapping[str, Any]) -> str:
    return ", ".join(_type(each["schema"]) for each in content.values())


def _type(told: Mapping[str, Any]) -> str:
    """The type in a few words: "integer", "MilestoneOut[]", "string or null"."""
    if "$ref" in told:
        return str(told["$ref"]).rsplit("/", 1)[-1]
    for key in ("anyOf", "oneOf", "allOf"):
        if key in told:
            return " or ".join(_type(each) for each in told[key])
    if told.get("type") == "array":
        return f"{_type(told.get('items', {}))}[]"
    if "const" in told:
        return f'"{told["const"]}"'
    if "enum" in told:
        return " | ".join(f'"{each}"' for each in told["enum"])
    form = f" ({told['format']})" if "format" in told else ""
    return f"{told.get('type', 'any')}{form}"
