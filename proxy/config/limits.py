"""Rows of the table: what visitors' connections may take, and how the site is asked.

Their defaults stand where they are used: in `deadlines.Limits`, and in what `Upstream` takes.
"""

from inspect import signature

from proxy import run_arguments as read
from proxy.config.kinds import Kind, decimal, text, whole
from proxy.config.setting import Setting
from proxy.deadlines import Limits
from proxy.shared_cache import CACHE_BYTES
from proxy.upstream import Upstream
from proxy.upstream.heads import Limits as AnswerLimits

_MB = 1024 * 1024
_SECONDS = decimal(0.05, 86_400)
_SECONDS_OR_NONE = decimal(0, 86_400)


def _limit(key: str, kind: Kind, help_: str, unit: str = "", *, is_option: bool = False) -> Setting:
    default = getattr(Limits(), key)
    return Setting(
        "limits",
        key,
        f"limit_{key}",
        kind,
        help_,
        default,
        unit=unit,
        metavar="N",
        is_option=is_option,
    )


LIMITS = (
    _limit("head_seconds", _SECONDS, "from the first byte of a request's head to its last", "s"),
    _limit("head_bytes", whole(1024, _MB), "a request's head as a whole; more is 431", "bytes"),
    _limit(
        "line_bytes",
        whole(256, _MB),
        "a request's target, more is 414; each field of its head, more is 431",
        "bytes",
    ),
    _limit("head_fields", whole(8, 10_000), "fields in a request's head; more is 431"),
    _limit("idle_seconds", _SECONDS, "between two requests of a connection", "s"),
    _limit("body_silence_seconds", _SECONDS, "between two bytes of a request's body", "s"),
    _limit(
        "body_bytes_per_second",
        whole(0, _MB),
        "how fast a request's body comes on the whole, at least; 0: any rate will do",
        "bytes a second",
    ),
    _limit(
        "linger_seconds", _SECONDS_OR_NONE, "how long the rest of a refused upload is read", "s"
    ),
    _limit("stall_seconds", _SECONDS, "a visitor takes nothing of what waits for them", "s"),
    _limit("tunnel_silence_seconds", _SECONDS, "neither side of a WebSocket says anything", "s"),
    _limit(
        "unsent_bytes",
        whole(4096, 16 * _MB),
        "what may wait for a slow visitor before the site waits, too",
        "bytes",
    ),
    _limit(
        "connections",
        whole(1, 1_000_000),
        "connections of visitors at once, in each process",
        is_option=True,
    ),
    _limit("tunnels", whole(0, 1_000_000), "of those, WebSockets; more is 503"),
    _limit(
        "connections_per_address",
        whole(0, 1_000_000),
        "of those from one address; 0: any number, as behind another proxy",
    ),
)


def _asking(key: str, kind: Kind, help_: str, unit: str = "") -> Setting:
    default = signature(Upstream).parameters[key].default
    return Setting(
        "upstream", key, f"upstream_{key}", kind, help_, default, unit=unit, is_option=False
    )


ASKING = (
    Setting(
        "upstream",
        "ca_file",
        "upstream_ca_file",
        text(read.file_name, "the name of a file in quotes"),
        "whose certificates count, for a site behind https",
        otherwise="the system's",
        metavar="FILE",
    ),
    _asking("connect_seconds", _SECONDS, "how long a connection may take to come about", "s"),
    _asking(
        "first_byte_seconds", _SECONDS, "from the end of a request to the head of its answer", "s"
    ),
    _asking(
        "read_seconds",
        _SECONDS,
        "the longest silence in an answer; a download may take as long as it likes",
        "s",
    ),
    _asking(
        "idle_seconds",
        _SECONDS_OR_NONE,
        "how long a connection is kept for the next request: less than the site keeps it, or 0",
        "s",
    ),
    _asking(
        "max_connections", whole(1, 100_000), "connections to one site at once, in each process"
    ),
)


def _answer(key: str, kind: Kind, help_: str, unit: str = "") -> Setting:
    default = getattr(AnswerLimits(), key)
    return Setting(
        "upstream",
        f"answer_{key}",
        f"upstream_answer_{key}",
        kind,
        help_,
        default,
        unit=unit,
        is_option=False,
    )


ANSWERS = (
    _answer(
        "line_bytes",
        whole(1024, 16 * _MB),
        "one line of an answer's head, as a long Content-Security-Policy; more is 502",
        "bytes",
    ),
    _answer("head_bytes", whole(1024, 16 * _MB), "an answer's head as a whole", "bytes"),
    _answer("fields", whole(8, 10_000), "fields in an answer's head"),
)

CACHE = (
    Setting(
        "cache",
        "size_mb",
        "cache_mb",
        whole(0, 1_000_000),
        "room in each process for pages whose own headers let a shared cache keep them; 0: none "
        "are kept",
        default=CACHE_BYTES // _MB,
        unit="MB",
        metavar="N",
    ),
)
