"""The certificate as a PDF from the portal: printed by the worker, then there; for who sees the licence."""

from io import BytesIO

import pytest
from django.test import Client
from pypdf import PdfReader

from tenure.papers.actions import print_waiting
from tests import cast, estate

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.DATA = tmp_path
    stored = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "files"}}
    settings.STORAGES = {**settings.STORAGES, "default": stored}


def test_the_licences_page_leads_to_the_pdf_which_the_worker_prints():
    estate.policy()
    estate.asset(cast.aster(), "M1000000001")
    client = Client()
    client.force_login(cast.viewer())
    where = "/certificates/10000000-1000001"
    assert f'href="{where}"' in client.get("/licences/M1000000001").content.decode()
    waiting = client.get(where)
    assert (waiting.status_code, waiting["Refresh"]) == (202, "2")
    assert "being printed" in waiting.content.decode()
    assert print_waiting(at=cast.AT) == 1
    answer = client.get(where)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Content-Disposition"] == 'attachment; filename="certificate-10000000-1000001.pdf"'
    assert "M1000000001" in PdfReader(BytesIO(answer.content)).pages[0].extract_text()


def test_a_number_that_no_certificate_can_have_is_not_found():
    estate.policy()
    client = Client()
    client.force_login(cast.owner())
    assert [client.get(f"/certificates/{number}").status_code for number in ("%00", "x", "%0d%0a")] == [404, 404, 404]
