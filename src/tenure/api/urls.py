"""What products and other systems call, under /api/v1/; the description is /api/v1/openapi.json."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from ninja import NinjaAPI, Router

from tenure.api import problems
from tenure.api.door import Bearer
from tenure.api.entitlements import router as entitlements

api = NinjaAPI(
    title="Tenure", version="1", auth=Bearer(), docs_url=None, openapi_url="/openapi.json", urls_namespace="api"
)
problems.install(api)
elsewhere = Router()


@elsewhere.api_operation(["GET", "POST", "PUT", "PATCH", "DELETE"], "/{path:rest}", include_in_schema=False)
def nothing(request: HttpRequest, rest: str) -> HttpResponse:
    """Every other address: a problem, not a page."""
    raise problems.Problem(404, "not_found")


api.add_router("", entitlements)
api.add_router("", elsewhere)  # last: the first router that fits an address answers


urlpatterns = [path("", api.urls)]
