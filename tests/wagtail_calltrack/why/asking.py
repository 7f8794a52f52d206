"""How a page is asked about, and what people read of the answer."""

import re
from typing import Any

from django.test import Client

HOST = "www.vandamplafonds.example"
URL = f"https://{HOST}/contact/"
SCREEN = "/cms/calltrack_why/"
PAGE = b"""<!doctype html>
<html><head><title>Bel 020 123 45 67</title></head>
<body><main id="main">
<p class="phone">Bel <a href="tel:+31201234567">020 - 123 45 67</a></p>
<p>Rotterdam: 010 123 45 67, Leiden: 071 123 45 67</p>
<p data-calltrack="off">020 123 45 67</p>
<script>const phone = "020 123 45 67"</script>
<!-- 020 123 45 67 -->
<span data-calltrack="head-office"><b>Bel ons</b></span>
</main></body></html>
"""


def ask(client: Client, url: str = URL, **visitor: str) -> Any:
    response = client.get(SCREEN, {"url": url, **visitor})
    assert response.status_code == 200
    return response


def text(response: Any) -> str:
    """Give what people read of an answer."""
    found = re.sub(r"<[^>]+>", " ", response.content.decode().partition("<main")[2])
    return re.sub(r"\s+", " ", found)
