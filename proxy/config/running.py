"""Rows of the table: how the process itself runs, and what it tells."""

from proxy import run_arguments as read
from proxy.config.kinds import decimal, flag, one_of, text, whole
from proxy.config.setting import Setting
from proxy.log_format import FORMATS, TEXT
from proxy.run_arguments import Address

ADMIN = (
    Setting(
        "admin",
        "address",
        "admin",
        text(read.address, 'a text in quotes, as "127.0.0.1:8081"'),
        "the status page; where its own default port is taken it is any free one",
        default=Address("127.0.0.1", 8081, is_default=True),
        metavar="HOST:PORT",
    ),
    Setting(
        "admin",
        "token_file",
        "admin_token_file",
        text(read.file_name, 'the name of a file in quotes, as "admin.token"'),
        "holds the token that X-Calltrack-Trace is asked with, unless CALLTRACK_ADMIN_TOKEN does",
        otherwise="nobody may ask",
        metavar="FILE",
    ),
)

PROCESSES = (
    Setting(
        "processes",
        "workers",
        "workers",
        whole(1, 256),
        "so many processes serve, and one more looks after them; 1: a single process",
        otherwise="as many as there are cores that it may use",
        metavar="N",
    ),
    Setting(
        "processes",
        "drain_seconds",
        "drain_seconds",
        decimal(0, 3600),
        "when told to stop: how long the ports stay open after /readyz began to say 503; behind a "
        "load balancer longer than it takes to notice, as 5",
        default=0.0,
        unit="s",
        metavar="N",
    ),
    Setting(
        "processes",
        "grace_seconds",
        "grace_seconds",
        decimal(0, 86_400),
        "how long what is under way may take after that; streams are cut then",
        default=30.0,
        unit="s",
        metavar="N",
    ),
)

DRY_RUN = (
    Setting(
        "processes",
        "dry_run",
        "dry_run",
        flag(),
        "pages are looked at as ever, and every visitor gets the site's own bytes; the status page "
        "tells what would be replaced",
        default=False,
    ),
)

LOG = (
    Setting("log", "quiet", "quiet", flag(), "no line for each request", default=False),
    Setting(
        "log",
        "format",
        "log_format",
        one_of(FORMATS),
        "lines for people, or a JSON object a line for a program",
        default=TEXT,
        metavar="text|json",
    ),
)
