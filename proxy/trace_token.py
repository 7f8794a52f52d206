"""The token that X-Calltrack-Trace is asked with: from the environment or a file, long enough.

It is tried out from the Internet, so a short one is no token. Errors: ConfigError.
"""

from pathlib import Path

from calltrack.errors import ConfigError
from proxy.tokens import read_token

TOKEN = "CALLTRACK_ADMIN_TOKEN"  # noqa: S105 - the variable's name
LEAST_LENGTH = 16


def admin_token(file: Path | None = None) -> str:
    """Give the token; "" where nobody may ask. `file` is what the settings name."""
    token = read_token(TOKEN, file)
    if token and len(token) < LEAST_LENGTH:
        raise ConfigError(
            f"{TOKEN}: a token has at least {LEAST_LENGTH} characters; "
            "make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
        )
    return token
