"""Where sessions came from, in a line each: by channel, source, campaign tag and keyword."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from wagtail_calltrack.models import SessionTouch
from wagtail_calltrack.models.words import CHANNELS

LONGEST = 80
"""Letters of what an outsider wrote."""

_CHANNELS = dict(CHANNELS)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a visitor came from."""

    text: str
    keyword: str
    landing: str


def source_of(touch: SessionTouch) -> Source:
    """Tell a touch."""
    channel = str(_CHANNELS.get(touch.channel, touch.channel))
    words = (channel, touch.source[:LONGEST], touch.campaign[:LONGEST])
    return Source(
        " · ".join(word for word in words if word),
        (touch.keyword or touch.term)[:LONGEST],
        touch.landing_path[:LONGEST],
    )


def sources_of(sessions: Collection[str]) -> Mapping[str, Source]:
    """Give each session's first source: one query."""
    touches = SessionTouch.objects.filter(session__in=sessions).order_by("-at", "-id")
    return {touch.session: source_of(touch) for touch in touches}
