"""A visitor without a browser: asks for pages, keeps cookies, follows no redirect."""

import http.client
from dataclasses import dataclass, field
from email.message import Message
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        """The page as text."""
        return self.body.decode()


@dataclass(slots=True)
class Visitor:
    """Asks one site. `host` is the name that stands in the address bar."""

    site: str
    host: str = "localhost"
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Answer:
        """Ask for a page."""
        return self._ask("GET", path, headers, None)

    def post(self, path: str, values: dict[str, str], **headers: str) -> Answer:
        """Send a form."""
        sent = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        return self._ask("POST", path, sent, urlencode(values).encode())

    def _ask(self, method: str, path: str, headers: dict[str, str], body: bytes | None) -> Answer:
        address = urlsplit(self.site)
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent["Host"] = f"{self.host}:{address.port}"
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            connection.request(method, path, body=body, headers=sent)
            response = connection.getresponse()
            answer = Answer(response.status, response.headers, response.read())
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return answer
