"""All that is stored of one person as a JSON file: rows as the database has them, by their kind."""

import json
from collections.abc import Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse
from django.utils import timezone

from wagtail_calltrack.privacy.person import Person

_INTERNAL = {"is_settled", "failures"}


def exported(found: Person) -> Mapping[str, Any]:
    """Give the rows."""
    return {
        "made_at": timezone.now(),
        **{
            model._meta.model_name or "": [  # noqa: SLF001 - Django's public API
                {key: value for key, value in row.items() if key not in _INTERNAL}
                for row in rows.order_by("pk").values()
            ]
            for model, rows in found.rows().items()
        },
    }


def as_file(found: Person) -> HttpResponse:
    """Answer with the file. No cache keeps it, and its name says nothing of whose it is."""
    text = json.dumps(exported(found), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    name = f"person-{timezone.localdate():%Y-%m-%d}.json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response
