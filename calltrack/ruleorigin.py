"""What a campaign's rules alone tell of where its visitors come from.

Who calls a campaign's own number is seen on no site, and yet the rules say who the number is shown
to: of a newsletter's, visitors by e-mail. Each rule is read as the arrivals that fit it, by the
table of `channels`. Rules that name no source at all, as those of a first page, tell nothing. Where
the others do not all tell the same channel, none is told.

Patterns with `*` tell nothing, for much fits them. A rule whose mediums are all patterns tells
nothing but its own channels, for it is the medium that makes an ad of a visit.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

from calltrack.channels import PAID_CLICKS, Signs, channel_of
from calltrack.patterns import ANYTHING
from calltrack.plan import Rule
from calltrack.referrers import KNOWN, Known, find, find_tagged
from calltrack.sources import CLICK_SITES
from calltrack.touch import Channel

_BY_NAME = {known.name: known for known in KNOWN}


@dataclass(frozen=True, slots=True)
class Told:
    """Where visitors come from; a source or medium only where there is one."""

    channel: Channel
    source: str = ""
    medium: str = ""


def told_by(rules: Iterable[Rule]) -> Told | None:
    """Say where those who fit any of the rules come from; None where that is not one channel."""
    ways = {way for rule in rules for way in _ways(rule)}
    channels = {one.channel for one in ways}
    if len(channels) != 1:
        return None
    sources, mediums = {one.source for one in ways}, {one.medium for one in ways}
    return Told(
        channel=channels.pop(),
        source=sources.pop() if len(sources) == 1 else "",
        medium=mediums.pop() if len(mediums) == 1 else "",
    )


def _ways(rule: Rule) -> Iterator[Told]:
    """Give the ways to arrive that a rule names."""
    mediums = _exact(rule.medium)
    is_open = bool(rule.medium) and not mediums
    named = product(
        _exact(rule.source) or [""],
        mediums or [""],
        _linked(rule) or (None,),
        [one for one in _exact(rule.click_id) if one in CLICK_SITES] or [""],
    )
    for source, medium, linked, click in named:
        signs = _signs(source, medium, linked, click)
        name = source or _owner(linked, click)
        if rule.channel:
            yield from (Told(one, name, medium) for one in rule.channel)
        elif signs.has_anything and not is_open:
            yield Told(channel_of(signs), name, medium)


def _linked(rule: Rule) -> tuple[Known, ...]:
    return tuple(one for host in _exact(rule.referrer) if (one := find(host.lower())))


def _exact(patterns: Iterable[str]) -> list[str]:
    return [one for one in patterns if ANYTHING not in one]


def _signs(source: str, medium: str, linked: Known | None, click: str) -> Signs:
    """Give what is known of such an arrival, as `sources` would."""
    site = find_tagged(source) or linked or _BY_NAME.get(CLICK_SITES.get(click, ""))
    return Signs(
        medium=medium,
        source=source,
        site=site.kind if site else None,
        has_paid_click=click in PAID_CLICKS,
        has_anything=bool(source or medium or linked or click),
    )


def _owner(linked: Known | None, click: str) -> str:
    """Name the site of an ad's click, else the one that linked here."""
    clicked = CLICK_SITES.get(click, "")
    host = linked.name if linked else ""
    return clicked or host if click in PAID_CLICKS else host or clicked
