"""Ask a server over HTTP whether it serves. HEAD: the proxy leases nobody a number for it."""

import http.client

WAIT_SECONDS = 2.0


def answers(port: int, path: str = "/", *, host: str = "127.0.0.1") -> int | None:
    """Give the status of the answer; None while nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT_SECONDS)
    try:
        connection.request("HEAD", path, headers={"Host": f"{host}:{port}"})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
