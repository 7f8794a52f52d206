"""The demo and a developer's machine. Loopback only: never for a machine that others can reach.

Everything a run leaves behind lies in one folder, demo/var, or where CALLTRACK_DEMO_VAR says.
The pages look as visitors see them: DEBUG is off unless CALLTRACK_DEBUG=1.
"""

import os
import secrets
from pathlib import Path

from settings.base import *  # noqa: F403 (how Django settings build on one another)
from settings.base import INSTALLED_APPS as BASE_APPS
from settings.base import MIDDLEWARE as BASE_MIDDLEWARE
from settings.base import ROOT
from settings.environment import Environment, sqlite


def kept_key(path: Path) -> str:
    """Give this machine's own key: made at the first start, readable by its owner only."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50), encoding="ascii")
        draft.rename(path)
    return path.read_text(encoding="ascii").strip()


_environment = Environment(os.environ)

VAR = Path(_environment.text("CALLTRACK_DEMO_VAR", str(ROOT / "demo" / "var"))).absolute()
SECRET_KEY = kept_key(VAR / "secret.key")
DEBUG = _environment.switch("CALLTRACK_DEBUG")
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]

INSTALLED_APPS = ["demo", *BASE_APPS]
MIDDLEWARE = [*BASE_MIDDLEWARE, "demo.middleware.content_security_policy"]
ROOT_URLCONF = "demo.urls"
LANGUAGE_CODE = "nl"  # The firm is Dutch; an editor picks a language in their own profile.

DATABASES = {"default": sqlite(VAR / "site.sqlite3")}
MEDIA_ROOT = VAR / "media"
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

# Behind the proxy: where «Why this number?» fetches pages, whichever port the demo took.
_site = _environment.text("CALLTRACK_UPSTREAM", "http://127.0.0.1:8000")
CALLTRACK_UPSTREAMS = dict.fromkeys(("localhost", "127.0.0.1"), _site)

WAGTAIL_SITE_NAME = "Van Dam Plafonds"
WAGTAILADMIN_BASE_URL = _environment.text("CALLTRACK_BASE_URL", "http://localhost:8000")
