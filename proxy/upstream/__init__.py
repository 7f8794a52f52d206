"""Asks the site: our own HTTP/1.1 client, for one site that never changes.

    site → pool → dialling → connection → turn → reader → heads | bodies

- `site`: `Upstream`, the site as the rest of the proxy sees it; what may be asked a second time
- `pool`: connections that are open, how many there may be, and which may be used again
- `dialling`: names to addresses, addresses to connections, TLS
- `connection`: one connection; bytes in and out, no faster than they are taken
- `sending`: a request's body, no faster than the site takes it
- `turn`: one request on a connection, and what came back for it so far
- `answers`: `Answer`, what is read of it; `Tunnel`, a connection that has switched protocols
- `asks`: `Ask`, and the bytes of a request's head
- `reader`: an answer as it comes in; `heads`, `bodies`: its parts. No I/O in these three.
- `complaints`: why there was no answer, for operators
- `silence`: tells when nothing has happened for too long

Rules:

- Nothing is invented (no User-Agent, no Accept), nothing kept (no cookies, no redirects), nothing
  decoded; fields go both ways as the bytes they came in.
- An answer is given only to whoever asked. What a site says unasked closes its connection: it would
  be taken for the next visitor's page (RFC 9112 §9.2).
- A library's errors become ours where the library is called: UpstreamUnreachable, UpstreamBroken,
  UpstreamTimeout.
"""

from proxy.upstream.answers import Answer, Tunnel
from proxy.upstream.asks import Ask
from proxy.upstream.site import Upstream
from proxy.upstream.turn import READ_BYTES

__all__ = ["READ_BYTES", "Answer", "Ask", "Tunnel", "Upstream"]
