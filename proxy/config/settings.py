"""The table of settings: the command line, the environment, the file, its schema and the docs.

To add a setting, add its row: it is an option, a variable and a key of the file from then on, and
stands in the Namespace that `run` reads under its name.

Rule: a number carries its unit in its key, as `wait_ms`. Names do not change: machines have them in
their files.
"""

from collections.abc import Mapping

from proxy.config.limits import ANSWERS, ASKING, CACHE, LIMITS
from proxy.config.places import LISTEN, SITE, UPSTREAM
from proxy.config.running import ADMIN, DRY_RUN, LOG, PROCESSES
from proxy.config.setting import Secret, Section, Setting
from proxy.config.visits import PLAN, STORE, TRUST

__all__ = ["BY_NAME", "OF_A_SITE", "SECRETS", "SECTIONS", "SETTINGS", "SITE"]

SECTIONS = (
    Section("listen", "Where visitors and carriers come in"),
    Section("upstream", "The site behind the proxy"),
    Section("sites", "Several sites, by the host that visitors ask for", is_rows=True),
    Section("plan", "What is shown to whom, and where events go"),
    Section("store", "Who holds which number, and what is kept on this disk"),
    Section("trust", "What is believed of visitors, and what they may take"),
    Section("limits", "What a visitor's connection may take"),
    Section("cache", "Pages that are kept and filled for each visitor"),
    Section("admin", "The status page"),
    Section("processes", "How many processes serve, and how they end"),
    Section("log", "What is told"),
)

SETTINGS: tuple[Setting, ...] = (
    *LISTEN,
    *UPSTREAM,
    *ASKING,
    *ANSWERS,
    *PLAN,
    *STORE,
    *TRUST,
    *LIMITS,
    *CACHE,
    *ADMIN,
    *PROCESSES,
    *DRY_RUN,
    *LOG,
)

OF_A_SITE = frozenset(
    {one.name for one in SETTINGS if one.section in {"upstream", "cache"}} | {"dry_run"}
)
"""Settings that say nothing where no site stands behind the server, as [[sites]] does."""

BY_NAME: Mapping[str, Setting] = {one.name: one for one in SETTINGS}

SECRET_FILES = ("cookie_key_file", "plan_token_file", "admin_token_file")

SECRETS = (
    Secret(
        "CALLTRACK_COOKIE_KEY",
        "store",
        "cookie_key",
        "or into a file that cookie_key_file under [store] names, or CALLTRACK_COOKIE_KEY_FILE",
    ),
    Secret(
        "CALLTRACK_PLAN_TOKEN",
        "plan",
        "token",
        "or into a file that token_file under [plan] names, or CALLTRACK_PLAN_TOKEN_FILE",
    ),
    Secret(
        "CALLTRACK_ADMIN_TOKEN",
        "admin",
        "token",
        "or into a file that token_file under [admin] names, or CALLTRACK_ADMIN_TOKEN_FILE",
    ),
    Secret("CALLTRACK_STORE_PASSWORD", "store", "password", "in the service's own environment"),
)
