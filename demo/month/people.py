"""Where visitors come from, what they read, and when: the tables behind the dice.

A model and no measurement. A firm of plasterers has most visitors on working days, with a hill in
the morning and another after supper; who comes by an advertisement calls more often than who comes
by the newsletter.
"""

from dataclasses import dataclass

HOURS = (1, 0, 0, 0, 0, 1, 3, 7, 12, 15, 16, 14, 11, 12, 13, 12, 11, 9, 9, 12, 14, 11, 6, 3)
"""How many come in each hour of the day, in proportion."""

DAYS = (1.25, 1.2, 1.1, 1.1, 0.95, 0.7, 0.75)
"""From Monday on."""

_CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0"
_SAFARI = "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
BROWSERS = (
    (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_CHROME} Safari/537.36", 4),
    (f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) {_SAFARI}", 4),
    (f"Mozilla/5.0 (Linux; Android 15; Pixel 9) {_CHROME} Mobile Safari/537.36", 3),
    (f"Mozilla/5.0 (iPad; CPU OS 18_5 like Mac OS X) {_SAFARI}", 1),
)

TOWNS = (("amsterdam", 5), ("rotterdam", 4), ("utrecht", 3), ("eindhoven", 2))
"""Whose vestiging a visitor looks for."""

PAGES = (
    ("/diensten/", 4),
    ("/tarieven/", 5),
    ("/contact/", 3),
    ("/over-ons/", 1),
    ("/blog/scheur-in-het-plafond/", 1),
    ("/blog/galm-in-de-woonkamer/", 1),
)
"""What they read beside the page of their town."""


@dataclass(frozen=True, slots=True)
class Source:
    """A way by which visitors come. `{keyword}`, `{click}` and `{town}` are filled in."""

    name: str
    weight: float
    calls: float  # how many of its visits end in a call
    query: str = ""
    referrer: str = ""
    landing: str = "/"
    keywords: tuple[tuple[str, float], ...] = ()


_ADS = "utm_source=google&utm_medium=cpc&utm_campaign={campaign}&utm_term={keyword}&gclid={click}"

DIRECT = Source("direct", 14, 0.12)
SOURCES = (
    Source(
        "search ad",
        24,
        0.15,
        _ADS.replace("{campaign}", "stucwerk"),
        "https://www.google.com/",
        "/diensten/",
        (("plafond stucen", 5), ("stukadoor {town}", 6), ("wat kost stucwerk", 3)),
    ),
    Source(
        "search ad, repairs",
        10,
        0.15,
        _ADS.replace("{campaign}", "spoed"),
        "https://www.google.com/",
        "/",
        (("plafond scheur repareren", 3), ("lekkage plafond herstellen", 2)),
    ),
    Source("search", 26, 0.1, referrer="https://www.google.com/"),
    Source("search elsewhere", 4, 0.05, referrer="https://www.bing.com/"),
    Source(
        "blog by search",
        7,
        0.01,
        referrer="https://www.google.com/",
        landing="/blog/galm-in-de-woonkamer/",
    ),
    Source(
        "newsletter",
        5,
        0.045,
        "utm_source=nieuwsbrief&utm_medium=email&utm_campaign=najaar",
        landing="/tarieven/",
    ),
    Source("instagram", 4, 0.03, referrer="https://l.instagram.com/", landing="/amsterdam/"),
    Source(
        "social ad",
        6,
        0.03,
        "utm_source=facebook&utm_medium=paid_social&utm_campaign=plafond-actie&fbclid={click}",
        "https://m.facebook.com/",
    ),
    Source("another site", 4, 0.07, referrer="https://www.bouwgids.example/stukadoors/"),
    DIRECT,
)
