"""Which site answers for which host: one for all, or the rows [[sites]].

Rule: --upstream and its variable name one site for all hosts, and count before the rows of the
file, as everything there does.
"""

from collections.abc import Mapping
from typing import Any

from proxy.config.file import Read
from proxy.config.settings import BY_NAME
from proxy.upstreams import EVERY_HOST, Site

_NONE = (
    "no site: name it with --upstream URL, in CALLTRACK_UPSTREAM, or in the file of --config as "
    "url under [upstream], or several as [[sites]]"
)


def sites_of(
    values: Mapping[str, Any], origins: Mapping[str, str], read: Read, problems: list[str]
) -> tuple[tuple[Site, ...], Mapping[str, str]]:
    """Give the sites in force, and on which line each host of theirs stands.

    What is wrong is added to `problems`.
    """
    url = values["upstream"]
    if "upstream" in read.values and read.rows:
        problems.append(
            f"{read.lines['upstream']}: upstream.url: names one site for all hosts, and [[sites]] "
            "names several; leave one of them out"
        )
    in_file = origins["upstream"] in {"default", read.lines.get("upstream")}
    if read.rows and in_file:
        return _rows(values, origins, read, problems)
    if url is None:
        if not problems:  # else the one that could not be read is named already
            problems.append(_NONE)
        return (), {}
    return (Site((EVERY_HOST,), url, values["upstream_host"]),), {}


def _rows(
    values: Mapping[str, Any], origins: Mapping[str, str], read: Read, problems: list[str]
) -> tuple[tuple[Site, ...], Mapping[str, str]]:
    if values["upstream_host"] is not None:
        one = BY_NAME["upstream_host"]
        where = origins[one.name]
        label = f"{where}: {one.path}" if where == read.lines.get(one.name) else where
        problems.append(f"{label}: one name for all of [[sites]]; write host_sent in each row")
    owners: dict[str, str] = {}
    for row, line in zip(read.rows, read.row_lines, strict=True):
        for host in row.get("hosts", ()):
            if host in owners:
                problems.append(f"{line}: sites: {host} stands at {owners[host]}, too")
            owners.setdefault(host, line)
    sites = tuple(
        Site(tuple(row["hosts"]), row["url"], row.get("host_sent"), row.get("ca_file"))
        for row in read.rows
        if row.get("hosts") and "url" in row
    )
    return sites, owners
