"""Rows of the table: the Plan, the store, and what is believed of visitors."""

from proxy import run_arguments as read
from proxy.config.kinds import many, text, whole
from proxy.config.setting import Setting

PLAN = (
    Setting(
        "plan",
        "source",
        "plan",
        text(read.plan_place),
        "the Plan: a file (TOML or JSON), or the address where Wagtail gives it; what changes "
        "there is taken over while it serves",
        otherwise="none: pages pass through; the snippet server needs one",
        metavar="FILE|URL",
    ),
    Setting(
        "plan",
        "events",
        "events",
        text(read.events_address),
        "where events go: views, leases, calls, and every 10 s how this edge fares; none: they "
        "stay on this disk",
        otherwise="beside the Plan's address, …/events/; with a Plan file, none",
        metavar="URL|none",
    ),
    Setting(
        "plan",
        "edge_name",
        "name",
        text(read.edge_name),
        "what Wagtail calls this edge",
        otherwise="the machine's name",
        metavar="NAME",
    ),
    Setting(
        "plan",
        "token_file",
        "plan_token_file",
        text(read.file_name, "the name of a file in quotes"),
        "a file with what this edge shows to the addresses of the Plan and of events",
        is_option=False,
    ),
)

STORE = (
    Setting(
        "store",
        "url",
        "store",
        text(read.store_url),
        "who holds which number: an SQLite file, or Redis",
        default=read.DEFAULT_STORE,
        metavar="URL",
    ),
    Setting(
        "store",
        "data",
        "data",
        text(read.file_name, "the name of a folder in quotes"),
        "where the cookie key and the outbox live",
        otherwise="the folder of an SQLite store, else calltrack-data",
        metavar="DIR",
    ),
    Setting(
        "store",
        "cookie_key_file",
        "cookie_key_file",
        text(read.file_name, "the name of a file in quotes"),
        "a file with the key that signs the session cookie, a key a line, the newest first; the "
        "same on every edge of one site",
        otherwise="one made once, in the folder of data",
        is_option=False,
    ),
    Setting(
        "store",
        "wait_ms",
        "store_wait_ms",
        whole(1, read.LONGEST_WAIT_MS),
        "how long a page waits for its numbers before it leaves with the originals",
        default=50,
        unit="ms",
        metavar="N",
    ),
)

TRUST = (
    Setting(
        "trust",
        "networks",
        "trust",
        many(text(read.network, 'a network in quotes, as "10.0.0.0/8"')),
        "peers whose X-Forwarded-* count, as 10.0.0.0/8 or 127.0.0.1; repeat for more",
        default=(),
        otherwise="nobody",
        metavar="NETWORK",
    ),
    Setting(
        "trust",
        "region_header",
        "region_header",
        text(read.field_name),
        "the header in which a trusted peer tells the visitor's region, as CF-IPCountry",
        metavar="NAME",
    ),
    Setting(
        "trust",
        "geoip",
        "geoip",
        text(read.file_name, "the name of a file in quotes"),
        "a GeoIP file in MaxMind's format, which tells the region of an address",
        metavar="FILE",
    ),
    Setting(
        "trust",
        "client_cap",
        "client_cap",
        whole(1, read.LARGEST_CAP),
        "numbers of one pool that a network (IPv4 /24, IPv6 /56) may have before its browsers show "
        "themselves again",
        otherwise="a quarter of the pool, at least 2",
        metavar="N",
    ),
)
