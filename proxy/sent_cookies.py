"""The cookies that came with a request, by name."""

from collections.abc import Mapping

from multidict import CIMultiDict, CIMultiDictProxy

_MULTIPLE = (CIMultiDictProxy, CIMultiDict)


def read_cookies(headers: Mapping[str, str], name: str) -> list[str]:
    """Give the values of all cookies of this name."""
    fields = [field for field in field_values(headers, "Cookie") if name in field]
    if not fields:
        return []
    found = []
    for pair in ";".join(fields).split(";"):
        key, _, value = pair.strip().partition("=")
        if key == name:
            found.append(value.strip())
    return found


def field_values(headers: Mapping[str, str], name: str) -> list[str]:
    """Give the values of a field, each time that it was sent: HTTP/2 may split the cookies up."""
    if name not in headers:
        return []
    return headers.getall(name) if isinstance(headers, _MULTIPLE) else [headers[name]]
