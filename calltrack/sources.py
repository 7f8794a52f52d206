"""From a request to a touch: where a visitor came from, as far as the request tells.

`read_arrival` reads utm tags, click ids, the referrer and a coarse class of device, and puts the
channel to them (`channels`). It is pure, and nothing in it raises.

- Values stay as they were written, cleaned and cut (`addresses`); patterns match them in any
  case. `(not set)` and the like say nothing.
- A click id is a word of ASCII letters, digits and a few signs, whole. Anything else, or a
  template that nobody filled in (`{gclid}`), is no click: platforms take an id back only as they
  gave it.
- A source that no tag names is the site of an ad's click id, else the one that linked here.
- A referrer is a page of another site, or an app. One of our own hosts, or of a subdomain of the
  cookie's domain, is none.
- But consent is often given on the landing page: then the session starts with the next page,
  whose Referer is the landing page, with its tags. So where the request itself has no tags, those
  of a Referer of our own count, and that page is the landing page.

Source: MDN, "Browser detection using the user agent", and User-Agent Client Hints for devices. A
handful of words tells a phone from a desk; the libraries bring thousands of expressions that tell
models apart, which is more than we want to know.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from calltrack.addresses import Address, cleaned, read_address, read_query
from calltrack.channels import PAID_CLICKS, Signs, channel_of
from calltrack.referrers import KNOWN, Kind, Known, find, find_tagged
from calltrack.touch import LONGEST, Channel, Touch

CLICK_SITES = {
    "gclid": "google",
    "gbraid": "google",
    "wbraid": "google",
    "msclkid": "bing",
    "fbclid": "facebook",
    "ttclid": "tiktok",
    "yclid": "yandex",
    "li_fat_id": "linkedin",
}
"""Every click id that is read, and the site that gives it."""

TAGS = ("source", "medium", "campaign", "term", "content")

LONGEST_ADDRESS = 1000
"""Characters of an address that are kept for the event."""
HEADER_LIMIT = 8192
AGENT_LIMIT = 512

_NOTHING = frozenset({"(direct)", "(none)", "(not set)", "(not provided)", "null", "undefined"})
_CLICK_ID = re.compile(r"[A-Za-z0-9._~:+/=-]{1,500}")
_KNOWN_BY_NAME: Mapping[str, Known] = {known.name: known for known in KNOWN}

_CLIENT_IDS = {  # of Google Analytics (GA1.depth.random.time) and Yandex Metrica
    "_ga": re.compile(
        r"(?:^|; *)_ga=GA1\.\d{1,2}(?:-\d{1,2})?\.(\d{1,20}\.\d{1,20})(?=;|$)", re.ASCII
    ),
    "_ym_uid": re.compile(r"(?:^|; *)_ym_uid=(\d{10,25})(?=;|$)", re.ASCII),
}

# The first that is found. An Android that is no phone is a tablet; newer iPads say they are Macs.
_DEVICES = (
    ("", re.compile(r"(?i)smart-?tv|hbbtv|apple ?tv|google ?tv|bravia|roku|crkey")),
    ("tablet", re.compile(r"(?i)ipad|tablet(?! pc)|playbook|kindle|silk")),
    ("mobile", re.compile(r"(?i)mobi|phone|ipod")),
    ("tablet", re.compile(r"(?i)android")),
    ("desktop", re.compile(r"(?i)windows nt|macintosh|x11|cros|linux")),
)


class Request(Protocol):
    """What is read of a request: `headers` by names in any case, the rest as it was sent."""

    @property
    def host(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def query(self) -> str: ...
    @property
    def headers(self) -> Mapping[str, str]: ...


@dataclass(frozen=True, slots=True)
class Arrival:
    """A touch, and what is too long or too personal for the cookie: it goes with the event."""

    touch: Touch
    landing: str = "/"  # path and query
    referrer: str = ""  # the whole address, without password and fragment
    keyword: str = ""  # what was looked for, or the word that the ad was bought for
    click_ids: Mapping[str, str] = field(default_factory=dict)
    client_ids: Mapping[str, str] = field(default_factory=dict)
    is_late: bool = False  # read from the Referer: the visitor landed a page ago

    def told(self) -> dict[str, str | int]:
        """Give what the event says, flat; what is unknown is left out. Names: docs/sources.md."""
        touch = self.touch
        fields = {
            "channel": touch.channel.value,
            "source": touch.source,
            "medium": touch.medium,
            "campaign": touch.campaign,
            "term": touch.term,
            "content": touch.content,
            "keyword": self.keyword,
            "referrer": self.referrer,
            "referrer_host": touch.referrer,
            "landing": self.landing,
            "landing_path": touch.landing_path,
            "region": touch.region,
            "device": touch.device,
            **self.click_ids,
            **self.client_ids,
        }
        return {name: value for name, value in fields.items() if value}


@dataclass(frozen=True, slots=True)
class _Tags:
    """What the query of a landing page says of the source."""

    utm: Mapping[str, str]
    click_ids: Mapping[str, str]
    keyword: str

    def __bool__(self) -> bool:
        return bool(self.click_ids) or any(self.utm.values())


@dataclass(frozen=True, slots=True)
class _Way:
    """How the visitor came: the page they landed on, and the foreign page that linked to it."""

    page: Address
    tags: _Tags
    link: Address | None
    is_late: bool = False


def read_arrival(
    request: Request,
    *,
    own_hosts: Collection[str],
    cookie_domain: str | None,
    now: datetime,
    region: str = "",
) -> Arrival:
    """Read where a visitor came from. `own_hosts` are the site's, in lower case."""
    way = _way(request, own_hosts, cookie_domain)
    tags, link = way.tags, way.link
    source, channel = _source_and_channel(tags, link)
    return Arrival(
        touch=Touch(
            at=now,
            channel=channel,
            source=cleaned(source, LONGEST),
            medium=tags.utm["medium"],
            campaign=tags.utm["campaign"],
            term=tags.utm["term"],
            content=tags.utm["content"],
            referrer=cleaned(link.host, LONGEST) if link else "",
            landing_path=cleaned(way.page.path, LONGEST) or "/",
            region=cleaned(region, LONGEST),
            device=_device(request.headers),
            click_ids=tuple(tags.click_ids),
        ),
        landing=cleaned(way.page.target, LONGEST_ADDRESS) or "/",
        referrer=cleaned(link.origin + link.target, LONGEST_ADDRESS) if link else "",
        keyword=tags.keyword or _looked_for(link),
        click_ids=tags.click_ids,
        client_ids=_client_ids(request.headers.get("Cookie", "")[:HEADER_LIMIT]),
        is_late=way.is_late,
    )


def _way(request: Request, own_hosts: Collection[str], cookie_domain: str | None) -> _Way:
    page = Address(request.host, request.path, request.query)
    tags = _read_tags(page.query)
    link = read_address(request.headers.get("Referer", ""))
    if link is None or not _is_own(link.host, (request.host, *own_hosts), cookie_domain):
        return _Way(page, tags, link)
    before = _read_tags(link.query)
    # From another host of ours comes its name alone, not the page, as browsers do it.
    if not tags and (before or link.host == request.host):
        return _Way(link, before, None, is_late=True)
    return _Way(page, tags, None)


def _is_own(host: str, own_hosts: Collection[str], cookie_domain: str | None) -> bool:
    domain = (cookie_domain or "").lower().strip(".")
    return host in own_hosts or (bool(domain) and f".{host}".endswith(f".{domain}"))


def _read_tags(query: str) -> _Tags:
    said = read_query(query)
    utm = {name: _word(said.get(f"utm_{name}", "")) for name in TAGS}
    click_ids = {
        name: said[name] for name in CLICK_SITES if _CLICK_ID.fullmatch(said.get(name, ""))
    }
    bought = _word(said.get("keyword", "")) if click_ids or any(utm.values()) else ""
    return _Tags(utm, click_ids, utm["term"] or bought)


def _word(value: str) -> str:
    word = cleaned(value, LONGEST)
    return "" if word.lower() in _NOTHING else word


def _source_and_channel(tags: _Tags, link: Address | None) -> tuple[str, Channel]:
    """Name the source, and the channel it belongs to."""
    linked = find(link.host) if link else None
    clicked = next((_KNOWN_BY_NAME[CLICK_SITES[name]] for name in tags.click_ids), None)
    is_paid = not PAID_CLICKS.isdisjoint(tags.click_ids)
    # A page where an ad stood says how the ad was shown; whose ad it was, its click id.
    site = find_tagged(tags.utm["source"]) or linked or clicked
    owner = (clicked or linked) if is_paid else (linked or clicked)
    host = link.host.removeprefix("www.") if link else ""
    signs = Signs(
        medium=tags.utm["medium"],
        source=tags.utm["source"],
        site=site.kind if site else None,
        has_paid_click=is_paid,
        has_anything=bool(tags) or link is not None,
    )
    return tags.utm["source"] or (owner.name if owner else host), channel_of(signs)


def _looked_for(link: Address | None) -> str:
    """Give the words that a search engine's address tells; most keep them to themselves."""
    engine = find(link.host) if link else None
    if link is None or engine is None or engine.kind is not Kind.SEARCH:
        return ""
    said = read_query(link.query)
    return next((word for name in engine.words if (word := _word(said.get(name, "")))), "")


def _device(headers: Mapping[str, str]) -> str:
    is_mobile = headers.get("Sec-CH-UA-Mobile", "").strip()
    if is_mobile == "?1":
        return "mobile"
    agent = headers.get("User-Agent", "")[:AGENT_LIMIT]
    unsaid = "desktop" if is_mobile == "?0" else ""
    return next((device for device, words in _DEVICES if words.search(agent)), unsaid)


def _client_ids(cookies: str) -> Mapping[str, str]:
    """Read the ids that other tools gave this browser, where they are of the known form."""
    found = ((name, form.search(cookies)) for name, form in _CLIENT_IDS.items())
    return {name: match[1] for name, match in found if match}
