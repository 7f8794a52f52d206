"""Rows of the table: where visitors come in, and where the sites are."""

from proxy import run_arguments as read
from proxy.config.kinds import many, text
from proxy.config.setting import Setting
from proxy.mounted import DEFAULT_PREFIX
from proxy.run_arguments import Address

_ADDRESS = text(read.address, 'a text in quotes, as "127.0.0.1:8080"')
_URL = 'an address in quotes, as "http://127.0.0.1:8001"'

LISTEN = (
    Setting(
        "listen",
        "address",
        "listen",
        _ADDRESS,
        "where visitors come in; a port alone is open to this machine only, 0.0.0.0:PORT to all",
        default=Address("127.0.0.1", 8080),
        metavar="HOST:PORT",
    ),
    Setting(
        "listen",
        "carriers",
        "calls",
        _ADDRESS,
        "a port for carriers alone, where a firewall or a password guards the site",
        otherwise="none; carriers call the visitors' port",
        metavar="HOST:PORT",
    ),
    Setting(
        "listen",
        "public_url",
        "public_url",
        text(read.public_url, _URL),
        "how carriers reach this edge, as https://www.example.nl: Twilio signs this address, and "
        "others are told it in an answer; never taken from a request",
        metavar="URL",
    ),
    Setting(
        "listen",
        "prefix",
        "prefix",
        text(read.prefix),
        "our own addresses; nothing under it reaches the site",
        default=DEFAULT_PREFIX,
        metavar="PATH",
    ),
)

UPSTREAM = (
    Setting(
        "upstream",
        "url",
        "upstream",
        text(read.upstream, _URL),
        "the site to stand before, under whatever host it is asked for",
        otherwise="none; it or [[sites]] is needed",
        metavar="URL",
    ),
    Setting(
        "upstream",
        "host_sent",
        "upstream_host",
        text(read.host_sent),
        "the Host sent to the site",
        otherwise="the visitor's own",
        metavar="NAME",
    ),
)

SITE = (
    Setting(
        "sites",
        "hosts",
        "hosts",
        many(text(read.host_pattern)),
        "what visitors ask for: names without a port, *.example.nl for all below it, * for all "
        "others",
        is_required=True,
    ),
    Setting(
        "sites",
        "url",
        "url",
        text(read.upstream, _URL),
        "the site that answers for these hosts",
        is_required=True,
    ),
    Setting(
        "sites",
        "host_sent",
        "host_sent",
        text(read.host_sent),
        "the Host sent to the site",
        otherwise="the visitor's own",
    ),
    Setting(
        "sites",
        "ca_file",
        "ca_file",
        text(read.file_name, "the name of a file in quotes"),
        "whose certificates count, for a site behind https",
        otherwise="that of [upstream]",
    ),
)
"""The fields of a row [[sites]]; they stand in the file alone."""
