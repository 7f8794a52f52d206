"""The table on its way from the preview to the confirm: in the form, signed and packed.

So nothing of an upload is kept on the server, whatever people do with the preview. The signature is
the user's own and lasts a day; what was confirmed is what was previewed, to the letter.

Errors: FileRefusedError.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.utils.translation import gettext as _

from wagtail_calltrack.importing.texts import FileRefusedError, Line, Table

LASTS = timedelta(days=1)
REST_OF_FORM = 10_000
"""Bytes that the other fields of the form may need."""


def pack(table: Table, digest: str, *, owner: str) -> str:
    """Write the table and what was said of it."""
    lines = [[line.row, *line.cells] for line in table.lines]
    token = signing.dumps([digest, table.headings, lines], salt=_salt(owner), compress=True)
    most: int | None = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if most is not None and len(token) > most - REST_OF_FORM:
        raise FileRefusedError(_("The file is too large for this site: split it into several."))
    return token


def unpack(token: str, *, owner: str) -> tuple[Table, str]:
    """Read what `pack` wrote."""
    try:
        digest, headings, lines = signing.loads(token, salt=_salt(owner), max_age=LASTS)
    except signing.BadSignature as error:  # a day old, another's, or made up
        raise FileRefusedError(
            _("The preview is not valid any more: choose the file again.")
        ) from error
    return Table(tuple(headings), tuple(_line(one) for one in lines)), digest


def _line(one: Sequence[Any]) -> Line:
    return Line(one[0], tuple(one[1:]))


def _salt(owner: str) -> str:
    return f"wagtail_calltrack.importing {owner}"
