"""What products and other systems call, under /api/v1/; the description is /api/v1/openapi.json."""

from django.urls import path
from ninja import NinjaAPI

from tenure.api import problems
from tenure.api.door import Bearer
from tenure.api.entitlements import router as entitlements

api = NinjaAPI(
    title="Tenure", version="1", auth=Bearer(), docs_url=None, openapi_url="/openapi.json", urls_namespace="api"
)
problems.install(api)
api.add_router("", entitlements)

urlpatterns = [path("", api.urls)]
