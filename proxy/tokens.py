"""Tokens: one word of a secret, from the environment or from a file.

Errors: ConfigError, whose text names the variable and never the token.
"""

import os
from pathlib import Path

from calltrack.errors import ConfigError

ADMIN_TOKEN = "CALLTRACK_ADMIN_TOKEN"  # noqa: S105 - the name of a variable


def read_token(variable: str, file: Path | None = None) -> str:
    """Give a token; "" where there is none.

    The variable that names a file counts first, then the one that holds the token, then `file`,
    which the settings name.
    """
    setting, token = variable, os.environ.get(variable, "")
    named = os.environ.get(f"{variable}_FILE") or (file if not token else None)
    if named:
        setting = f"{variable}_FILE"
        try:
            token = Path(named).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{setting}: {named} cannot be read") from error
    token = token.strip()
    if named and not token:
        raise ConfigError(f"{setting}: {named} holds no token")
    if not (token.isascii() and all("!" <= letter <= "~" for letter in token)):
        raise ConfigError(f"{setting}: a token is one word of ASCII letters, digits and signs")
    return token
