"""What a visitor reads when there is no page: neutral, small, and with an id to ask about.

Nothing from inside is told: no address, no library's words, nothing that the request sent.
"""

from http import HTTPStatus

from proxy.headers import Fields

_SENTENCES = {
    400: "Your browser sent a request that cannot be answered.",
    404: "There is no such page here.",
    408: "Your request took too long to arrive. Please try again.",
    414: "The address that was asked for is too long.",
    421: "This site is not served here.",
    431: "Your browser sent too much along with its request. Removing the site's cookies may help.",
    501: "This kind of request is not supported.",
    502: "The site cannot be reached at the moment. Please try again in a minute.",
    503: "The site is busy at the moment. Please try again in a minute.",
    504: "The site takes too long to answer. Please try again in a minute.",
}
_HTML = """\
<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="robots" content="noindex">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>
<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:36rem;margin:15vh auto;padding:0 1rem}}
small{{color:GrayText}}</style></head>
<body><h1>{title}</h1><p>{sentence}</p><p><small>{request_id}</small></p></body>
</html>
"""


def error_page(status: int, *, request_id: str, accept: str) -> tuple[Fields, bytes]:
    """Give the fields and the body of an error: HTML where it is accepted, else plain text."""
    title = HTTPStatus(status).phrase
    sentence = _SENTENCES.get(status, "This request cannot be answered.")
    if "text/html" in accept:
        kind = b"text/html; charset=utf-8"
        text = _HTML.format(title=title, sentence=sentence, request_id=request_id)
    else:
        kind = b"text/plain; charset=utf-8"
        text = f"{status} {title}\n{sentence}\n{request_id}\n"
    body = text.encode()
    fields = [
        (b"Content-Type", kind),
        (b"Content-Length", str(len(body)).encode()),
        (b"Cache-Control", b"no-store"),
        (b"X-Content-Type-Options", b"nosniff"),
    ]
    if status == 405:
        fields.append((b"Allow", b"GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"))
    return fields, body
