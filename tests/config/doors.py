"""Made-up pages and operations that the tests of the middleware call."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import include, path
from ninja import NinjaAPI, Schema, Status
from ninja.errors import HttpError

from tenure.journal.actions import record
from tenure.journal.words import COMMAND
from tenure.kit.uploads import Limits, takes_files

api = NinjaAPI(title="doors", urls_namespace="doors")
handler400 = "tests.config.doors.refused"


class Body(Schema):
    name: str


def effect(request: HttpRequest, name: str) -> None:
    record(verb="door.opened", subject=("door", name), at=request.at, by=COMMAND)


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return HttpResponse("refused", status=400)


@takes_files(lambda request: Limits(most_files=2, most_bytes=1000))
def write(request: HttpRequest) -> HttpResponse:
    """Make an effect and answer as the form's `then` says."""
    effect(request, request.POST.get("name", ""))
    then = request.POST.get("then", "redirect")
    if then == "raise":
        raise PermissionDenied
    if then == "show":
        return HttpResponse("the form again, with its mistakes")
    return HttpResponseRedirect(f"/made/{request.POST.get('name')}", status=303)


@api.post("/things", response={201: Body})
def make(request: HttpRequest, body: Body) -> Status[Body]:
    effect(request, body.name)
    if body.name == "forbidden":
        raise HttpError(403, "no")
    if body.name == "crash":
        raise ValueError("a bug")
    return Status(201, body)


@api.exception_handler(ValueError)
def crashed(request: HttpRequest, error: ValueError) -> HttpResponse:
    return HttpResponse("{}", status=500, content_type="application/problem+json")


urlpatterns = [
    path("write", write),
    path("account/", include("allauth.urls")),
    path("api/v1/", api.urls),
]
