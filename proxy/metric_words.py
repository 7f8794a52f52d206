"""The words that figures are counted under, as monitoring reads them: all there are.

Each table goes from the word of a counter (`counters`) to the labels it stands for. What is not in
a table is told as `other`: the number of label sets stays what it is, whatever comes.
"""

from collections.abc import Iterable, Mapping
from itertools import product

from calltrack.decision import Reason

Words = Mapping[str, tuple[str, ...]]

NO_LABEL: Words = {}


def alone(*words: str) -> Words:
    """Take words as they are, for a single label."""
    return {word: (word,) for word in words}


def _pages(alone: Iterable[str], originals: Iterable[str]) -> Words:
    """Put pages under a decision and a reason; only the originals have a reason."""
    why = {f"{word}:{reason}": (word, reason) for word, reason in product(originals, WHY_ORIGINAL)}
    return {word: (word, "") for word in alone} | why


STATUS = alone("1xx", "2xx", "3xx", "4xx", "5xx", "left")
BYTES = alone("from_visitors", "to_visitors", "from_site")

WHY_ORIGINAL = (
    *("crawler", "no_session", "opted_out", "gpc", "no_consent"),  # who asks
    *("exhausted", "capped", "no_store"),  # what could not be had
    *map(str, sorted({*Reason} - {Reason.LEASE, Reason.STATIC, Reason.NO_CONSENT})),
    *("new", "known", "failure"),
)
PAGES = _pages(
    [
        *("personal", "streamed", "no_slot", "not_modified", "doubt", "cut"),
        *("no_transform", "unknown_coding"),
    ],
    ["original", "original_streamed"],
)
DRY_PAGES = _pages(
    ["personal", "no_slot", "doubt", "part", "no_transform", "unknown_coding"], ["original"]
)
GAVE_UP = {
    "the charset": ("charset",),
    "a tag of over 64 KB": ("long_tag",),
    "elements nested over 512 deep": ("deep",),
    "error": ("error",),
}
REFUSED = alone(
    *("version", "framing", "transfer_coding", "method", "loop", "expectation", "target", "host"),
    *("foreign_host", "unreadable", "failure", "broken_connection", "slow", "too_long", "full"),
    "tunnels_full",
    *("malformed_request", "slow_request"),
)
CUT_OFF = alone("slow_body", "stalled", "silent_tunnel")
UPSTREAM = alone("unreachable", "timeout", "broken")
CONNECTIONS = alone("busy", "idle", "tunnel")
AGAIN = alone("reused", "retried")
CACHE = {word: (word, "") for word in ("hit", "stale", "miss", "revalidated")} | {
    f"passed:{why}": ("passed", why)
    for why in (
        *("asset", "authorization", "range", "only_kept"),  # of the request
        *("status", "kind", "untouched", "cookie", "coding", "length", "no_store", "private"),
        *("vary", "targeted", "unsaid"),
    )
}
FAILURES = alone(
    *("request", "visit", "scan", "fill", "numbers", "cookie", "finish"),
    *("cache", "confirm", "explain", "events", "plan", "ask"),
    *("read", "verify", "heed", "route", "record", "connect", "pin"),  # of calls
)
STORE = alone(
    *("take_new", "take_more", "take_confirm", "take_renewal", "confirm", "confirm_later"),
    *("release", "pin", "unpin", "slow", "down"),
)
ASKS = alone(
    *("new", "known", "no_session", "crawler", "opted_out", "gpc", "no_consent", "unknown_site"),
    *("withdrawn", "leave", "lead", "lead_alone"),
)
OURS = alone(
    *("200", "204", "304", "400", "403", "404", "405", "408", "409", "413", "415", "429"),
    *("500", "503"),
)
LACKING = alone("exhausted", "capped", "shared")
VIEWS = alone("new", "known", "known_without_store", "known_confirming")
WEBHOOKS = {
    f"{provider}.{word}": (provider, word)
    for provider, word in product(
        ("generic", "mango", "telnyx", "twilio", "vonage"),
        (
            *("good", "unreadable", "unsigned", "forged", "late", "other_account", "not_set_up"),
            "failure",
        ),
    )
}
CALLS = alone("to_static", "to_holder", "to_pool", "to_own", "to_unknown", "pin_given_up")
NUMBERS = alone("promised", "kept", "resting", "free")
EVENTS = alone("in_memory", "on_disk")
LOST = alone("in_memory", "on_disk", "refused")
