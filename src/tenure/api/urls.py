"""What products and other systems call, under /api/v1/; /api/v1/openapi.json describes it, and /api for people."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, URLResolver, path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from ninja import Router

from tenure.api import problems
from tenure.api.activations import router as activations
from tenure.api.cases import router as cases
from tenure.api.description import Described, page_of
from tenure.api.door import Bearer
from tenure.api.entitlements import router as entitlements

api = Described(
    title="Tenure", version="1", auth=Bearer(), docs_url=None, openapi_url="/openapi.json", urls_namespace="api",
    description="Licences, entitlements and support cases, for products and other systems.",
)  # fmt: skip
DESCRIPTION = "openapi-json"
problems.install(api)
elsewhere = Router()


@elsewhere.api_operation(["GET", "POST", "PUT", "PATCH", "DELETE"], "/{path:rest}", include_in_schema=False)
def nothing(request: HttpRequest, rest: str) -> HttpResponse:
    """Every other address: a problem, not a page."""
    raise problems.Problem(404, "not_found")


api.add_router("", entitlements)
api.add_router("", cases)
api.add_router("", activations)
api.add_router("", elsewhere)  # last: the first router that fits an address answers


def _problems_only(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A method that an address does not take is a problem too; Ninja answers it with bare words."""

    @wraps(view)
    def told(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if response.status_code != 405:
            return response
        problem = problems.answer(problems.Problem(405, "method_not_allowed"))
        problem["Allow"] = ", ".join(sorted(response.headers["Allow"].split(", ")))
        return problem

    return csrf_exempt(told)  # whoever calls shows a token of their own; no cookie counts here


def _wrapped(patterns: list[URLPattern | URLResolver]) -> list[URLPattern | URLResolver]:
    for each in patterns:
        if isinstance(each, URLPattern):
            view = (
                require_safe(each.callback) if each.name == DESCRIPTION else each.callback
            )  # Ninja's takes any method
            each.callback = _problems_only(view)
    return patterns


_patterns, _app, _namespace = api.urls
urlpatterns = [
    path("api", page_of(api), name="api"),
    path("api/v1/", (_wrapped(_patterns), _app, _namespace)),
]
