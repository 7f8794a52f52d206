"""Posts as a browser makes them: a file, then what the preview's form holds."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from wagtail_calltrack.importing.preview import Preview


def url(kind: str) -> str:
    return f"/cms/calltrack_{kind}/import/"


def upload(editor: Client, kind: str, text: str | bytes) -> Any:
    data = text if isinstance(text, bytes) else text.encode()
    return editor.post(url(kind), {"file": SimpleUploadedFile("file.csv", data)})


def preview(editor: Client, kind: str, text: str | bytes) -> Preview:
    response = upload(editor, kind, text)
    assert response.status_code == 200
    assert "preview" in response.context, response.context["form"].errors
    found: Preview = response.context["preview"]
    return found


def confirm(editor: Client, kind: str, shown: Any, **fields: str) -> Any:
    """Press the button below a preview."""
    table = shown.context["table"]
    return editor.post(url(kind), {"table": table, "step": "confirm", **fields})


def bring_in(editor: Client, kind: str, text: str | bytes) -> Any:
    response = confirm(editor, kind, upload(editor, kind, text))
    assert response.status_code == 302, response.context["preview"]
    return response


def faults(found: Preview) -> list[tuple[int, str, str]]:
    return [(one.row, fault.column, fault.text) for one in found.outcomes for fault in one.faults]
