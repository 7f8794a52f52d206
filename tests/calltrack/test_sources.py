"""Where a visitor came from, as far as a request tells."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from calltrack import sources
from calltrack.sources import CLICK_SITES, LONGEST_ADDRESS, TAGS, Arrival, read_arrival
from calltrack.touch import CLICK_IDS, DEVICES, LONGEST, Channel, Touch
from tests.calltrack.asked import NOW, OWN, Asked, arrive

GCLID = "Cj0KCQiA-oqdBhDfARIsAO0TrGF_4.Zx~9aEALw_wcB"
ALL_TAGS = (
    "utm_source=nieuwsbrief&utm_medium=email&utm_campaign=Lente+2026&utm_term=dak&utm_content=knop"
)

CASES = [
    # target, referrer → channel, source, medium
    pytest.param(f"/?gclid={GCLID}", "https://google.com/", "paid_search google", id="google-ads"),
    pytest.param(f"/?gad_source=1&gbraid={GCLID}", "", "paid_search google", id="google-app-ads"),
    pytest.param(
        f"/?utm_source=google&utm_medium=cpc&utm_campaign=x&gclid={GCLID}",
        "https://www.google.nl/",
        "paid_search google cpc",
        id="google-ads-tagged-too",
    ),
    pytest.param(
        f"/?gclid={GCLID}",
        "https://www.youtube.com/",
        "paid_social google",
        id="google-ads-on-youtube",
    ),
    pytest.param(
        f"/?gclid={GCLID}",
        "https://abc.safeframe.googlesyndication.com/",
        "display google",
        id="google-ads-on-a-partner's-page",
    ),
    pytest.param(
        "/?msclkid=0a1b2c3d4e5f", "https://www.bing.com/", "paid_search bing", id="microsoft-ads"
    ),
    pytest.param("/?yclid=1234567890123456789", "", "paid_search yandex", id="yandex-ads"),
    pytest.param("/?ttclid=E.C.P.abc", "", "paid_social tiktok", id="tiktok-ads"),
    pytest.param(
        "/?li_fat_id=8d6a1c1e-1a2b-4c3d-9e8f-0a1b2c3d4e5f",
        "https://www.linkedin.com/",
        "paid_social linkedin",
        id="linkedin-ads",
    ),
    pytest.param(
        "/?fbclid=IwAR3xK8", "https://l.facebook.com/", "social facebook", id="facebook-link-or-ad"
    ),
    pytest.param(
        "/?fbclid=IwAR3xK8", "https://l.instagram.com/", "social instagram", id="instagram-link"
    ),
    pytest.param("/?fbclid=IwAR3xK8", "", "social facebook", id="facebook-app-without-referrer"),
    pytest.param(
        "/?utm_source=fb&utm_medium=paid&fbclid=IwAR3xK8",
        "https://m.facebook.com/",
        "paid_social fb paid",
        id="facebook-ad-tagged",
    ),
    pytest.param(
        f"/?{ALL_TAGS}", "https://mail.google.com/", "email nieuwsbrief email", id="newsletter"
    ),
    pytest.param("/", "android-app://com.google.android.gm/", "email gmail", id="gmail-app"),
    pytest.param("/", "https://webmail.provider.test/", "email webmail", id="a-provider's-webmail"),
    pytest.param("/", "https://www.google.nl/", "organic_search google", id="google"),
    pytest.param("/", "https://www.google.co.uk/", "organic_search google", id="google-abroad"),
    pytest.param(
        "/",
        "android-app://com.google.android.googlequicksearchbox/https/www.google.com",
        "organic_search google",
        id="google-app",
    ),
    pytest.param(
        "/?utm_source=GMB&utm_medium=organic",
        "https://www.google.com/",
        "organic_search GMB organic",
        id="google-business-profile",
    ),
    pytest.param("/", "https://t.co/abc", "social x", id="twitter"),
    pytest.param("/", "https://lnkd.in/abc", "social linkedin", id="linkedin-short"),
    pytest.param(
        "/?utm_source=chatgpt.com", "https://chatgpt.com/", "referral chatgpt.com", id="chatgpt"
    ),
    pytest.param("/", "https://www.perplexity.ai/", "referral perplexity", id="perplexity"),
    pytest.param("/", "https://www.blog.test/article", "referral blog.test", id="a-blog"),
    pytest.param("/", "https://pay.psp.test/done", "referral pay.psp.test", id="payment-provider"),
    pytest.param("/?utm_source=flyer&utm_medium=print", "", "offline flyer print", id="flyer"),
    pytest.param("/?utm_source=bus&utm_medium=QR_Code", "", "offline bus QR_Code", id="qr-code"),
    pytest.param("/?utm_campaign=x", "", "referral", id="a-campaign-alone"),
    pytest.param(
        "/?utm_source=(direct)&utm_medium=(none)", "", "direct", id="tags-that-say-nothing"
    ),
    pytest.param("/", "", "direct", id="nothing"),
    pytest.param("/zoek?keyword=dak&q=dak", "", "direct", id="the-site's-own-search"),
    pytest.param("/", "https://www.firm.test/", "direct", id="our-own-page"),
    pytest.param("/", "https://shop.firm.test/x", "direct", id="our-own-subdomain"),
    pytest.param("/", "https://WWW.Firm.Test:8443/", "direct", id="our-own-host-and-port"),
    pytest.param("/", "https://notfirm.test/", "referral notfirm.test", id="not-our-domain"),
    pytest.param("/?gclid={gclid}", "", "direct", id="a-template-nobody-filled-in"),
    pytest.param("/?gclid=%3Cscript%3E", "", "direct", id="a-click-id-that-is-none"),
    pytest.param(f"/?gclid={'a' * 501}", "", "direct", id="a-click-id-too-long-to-be-one"),
    pytest.param(
        "/?a=1&amp;utm_source=x&amp;utm_medium=email", "", "email x email", id="encoded-twice"
    ),
    pytest.param("/?UTM_Source=Krant&Utm_Medium=Print", "", "offline Krant Print", id="any-case"),
    pytest.param(
        "/?utm_source=&utm_source=%00&utm_source=a&utm_source=b", "", "referral a", id="2x"
    ),
    pytest.param("/?utm_source=a;utm_medium=b", "", "referral a;utm_medium=b", id="semicolon"),
]


@pytest.mark.parametrize(("target", "referrer", "told"), CASES)
def test_arrivals_of_real_life(target: str, referrer: str, told: str) -> None:
    touch = arrive(target, referrer).touch

    named = (touch.channel.value, touch.source, touch.medium)
    assert " ".join(word for word in named if word) == told


def test_all_that_is_known_is_in_the_touch() -> None:
    arrival = arrive(
        f"/dak%20en%20goot?{ALL_TAGS}&gclid={GCLID}",
        "https://user:secret@www.blog.test:8443/a?b=c#d",
        region="NL-NH",
        User_Agent="Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148",
    )

    assert arrival.touch == Touch(
        at=NOW,
        channel=Channel.EMAIL,
        source="nieuwsbrief",
        medium="email",
        campaign="Lente 2026",
        term="dak",
        content="knop",
        referrer="www.blog.test",
        landing_path="/dak%20en%20goot",
        region="NL-NH",
        device="mobile",
        click_ids=("gclid",),
    )
    assert arrival.referrer == "https://www.blog.test:8443/a?b=c"


def test_the_event_says_what_is_known_and_nothing_else() -> None:
    arrival = arrive(
        f"/x?utm_source=a&gclid={GCLID}", Cookie="_ga=GA1.1.123.456; _ym_uid=1524225219386713826"
    )

    assert arrival.told() == {
        "channel": "paid_search",
        "source": "a",
        "landing": f"/x?utm_source=a&gclid={GCLID}",
        "landing_path": "/x",
        "gclid": GCLID,
        "_ga": "123.456",
        "_ym_uid": "1524225219386713826",
    }


def test_a_touch_and_its_rules_have_the_same_words() -> None:
    assert tuple(CLICK_SITES) == CLICK_IDS
    assert {device for device, _ in sources._DEVICES} == {"", *DEVICES}


@pytest.mark.parametrize("name", CLICK_SITES)
def test_every_click_id_is_kept_by_its_name(name: str) -> None:
    arrival = arrive(f"/?{name.upper()}=aB-9_.x")

    assert arrival.touch.click_ids == (name,)
    assert arrival.click_ids == {name: "aB-9_.x"}


@pytest.mark.parametrize(
    ("target", "referrer", "keyword"),
    [
        pytest.param("/?utm_term=dak+lek", "", "dak lek", id="tag"),
        pytest.param("/?gclid=a&keyword=dak", "", "dak", id="ad's-own-tag"),
        pytest.param("/?keyword=dak", "", "", id="a-search-on-the-site"),
        pytest.param("/", "https://www.bing.com/search?q=dak+lek", "dak lek", id="q"),
        pytest.param("/", "https://yandex.ru/search/?text=%D0%BA%D1%80", "кр", id="text"),
        pytest.param("/", "https://nl.search.yahoo.com/search?p=dak", "dak", id="p"),
        pytest.param("/", "https://www.startpage.com/do?q=a&query=b", "b", id="first-of-two"),
        pytest.param("/", "https://www.google.com/", "", id="kept-to-itself"),
        pytest.param("/", "https://www.blog.test/?q=dak", "", id="no-search-engine"),
    ],
)
def test_the_keyword_is_in_a_tag_or_in_the_address_of_a_search(
    target: str, referrer: str, keyword: str
) -> None:
    assert arrive(target, referrer).keyword == keyword


LANDED = "https://www.firm.test/actie?utm_source=krant&utm_medium=print&gclid=a"


@pytest.mark.parametrize(
    ("target", "referrer", "told"),
    [
        pytest.param("/contact", LANDED, "paid krant /actie late", id="tags-of-the-page-before"),
        pytest.param(
            "/contact", LANDED.replace("www", "shop"), "paid krant /actie late", id="subdomain"
        ),
        pytest.param("/contact?utm_source=x", LANDED, "x /contact", id="its-own-tags-come-first"),
        pytest.param("/contact?fbclid=x", LANDED, "facebook /contact", id="its-own-click-id-too"),
        pytest.param("/contact?page=2", LANDED, "paid krant /actie late", id="a-plain-query"),
        pytest.param("/contact", "https://www.firm.test/actie", "/actie late", id="no-tags-at-all"),
        pytest.param("/contact", "https://shop.firm.test/", "/contact", id="another-host-of-ours"),
        pytest.param(
            "/contact", "https://blog.test/?utm_source=x", "blog.test /contact", id="foreign-tags"
        ),
    ],
)
def test_consent_after_the_landing_page_loses_no_source(
    target: str, referrer: str, told: str
) -> None:
    arrival = arrive(target, referrer)

    words = [
        "paid" if arrival.click_ids == {"gclid": "a"} else "",
        arrival.touch.source,
        arrival.touch.landing_path,
        "late" if arrival.is_late else "",
    ]
    assert " ".join(filter(None, words)) == told


def test_a_page_before_is_no_referrer() -> None:
    arrival = arrive("/contact", LANDED)

    assert (arrival.referrer, arrival.touch.referrer) == ("", "")
    assert arrival.landing == LANDED.removeprefix("https://www.firm.test")


WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"
PIXEL = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"


@pytest.mark.parametrize(
    ("agent", "is_mobile", "device"),
    [
        pytest.param(WINDOWS, "", "desktop", id="windows"),
        pytest.param("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)", "", "desktop", id="mac"),
        pytest.param("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0)", "?0", "desktop", id="chromebook"),
        pytest.param(PIXEL, "", "mobile", id="android-phone"),
        pytest.param(WINDOWS, "?1", "mobile", id="a-phone-that-asks-for-the-desktop's-page"),
        pytest.param(PIXEL.replace(" Mobile", ""), "?0", "tablet", id="android-tablet"),
        pytest.param("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0)", "", "mobile", id="iphone"),
        pytest.param("Mozilla/5.0 (iPad; CPU OS 12_0) Mobile/15E148", "", "tablet", id="old-ipad"),
        pytest.param("Mozilla/5.0 (Android 14; Tablet)", "", "tablet", id="firefox-tablet"),
        pytest.param("Mozilla/5.0 (SMART-TV; Linux; Tizen 7.0)", "", "", id="television"),
        pytest.param("curl/8.0", "", "", id="a-tool"),
        pytest.param("", "?0", "desktop", id="no-user-agent"),
        pytest.param("", "", "", id="nothing"),
    ],
)
def test_the_class_of_device_is_a_coarse_one(agent: str, is_mobile: str, device: str) -> None:
    arrival = arrive(User_Agent=agent, Sec_CH_UA_Mobile=is_mobile)

    assert arrival.touch.device == device


@pytest.mark.parametrize(
    ("cookie", "told"),
    [
        pytest.param("_ga=GA1.1.123.456", {"_ga": "123.456"}, id="gtag"),
        pytest.param("_ga=GA1.2-2.123.456", {"_ga": "123.456"}, id="path-depth"),
        pytest.param("a=b; _ga=GA1.3.123.456; c=d", {"_ga": "123.456"}, id="among-others"),
        pytest.param("x_ga=GA1.1.123.456", {}, id="another-name"),
        pytest.param("_ga=GA1.1.<script>", {}, id="no-id"),
        pytest.param("_ga=GA1.1.123.456x", {}, id="more-than-an-id"),
        pytest.param(f"_ga=GA1.1.{'1' * 21}.456", {}, id="too-long"),
        pytest.param("_ga=GA1.1.١٢٣.456", {}, id="other-digits"),
        pytest.param("_ym_uid=15242252193867", {"_ym_uid": "15242252193867"}, id="metrica"),
        pytest.param("_ym_uid=12", {}, id="too-short"),
    ],
)
def test_client_ids_are_kept_where_they_have_their_form(cookie: str, told: dict[str, str]) -> None:
    assert arrive(Cookie=cookie).client_ids == told


def test_values_are_cleaned_and_cut() -> None:
    arrival = arrive(
        f"/?utm_source=a%00b&utm_campaign={'a' * 5000}&utm_term=%3Cb%3E", region="NL\n"
    )

    touch = arrival.touch
    assert (touch.source, touch.campaign, touch.region) == ("ab", "a" * LONGEST, "NL")
    assert touch.term == "<b>"  # markup is text here: whoever prints it, escapes it


ANY = st.text(alphabet=st.characters(codec=None), max_size=300)
PAIRS = st.lists(
    st.tuples(st.sampled_from([*(f"utm_{tag}" for tag in TAGS), *CLICK_SITES, "keyword"]), ANY),
    max_size=8,
).map(lambda pairs: "&".join(f"{name}={value}" for name, value in pairs))
ADDRESSES = st.one_of(
    ANY,
    st.builds("https://{}/{}?{}".format, ANY, ANY, PAIRS),
    st.builds("https://www.firm.test/{}?{}".format, ANY, PAIRS),
    st.builds("https://www.bing.com/{}?q={}".format, ANY, ANY),
)


def texts_of(arrival: Arrival) -> list[tuple[str, int]]:
    """Give every text of an arrival, with the length it may have."""
    touch = arrival.touch
    fields = ("source", "medium", "campaign", "term", "content", "referrer", "landing_path")
    short = [getattr(touch, name) for name in (*fields, "region", "device")]
    details = [*arrival.click_ids.values(), *arrival.client_ids.values()]
    return [
        *[(text, LONGEST) for text in [*short, *touch.click_ids, arrival.keyword]],
        *[(text, LONGEST_ADDRESS) for text in [arrival.landing, arrival.referrer, *details]],
    ]


@given(
    target=st.one_of(ANY, st.builds("/?{}".format, PAIRS)),
    referrer=ADDRESSES,
    agent=ANY,
    cookie=ANY,
    host=ANY,
    region=ANY,
)
@example(target="/?utm_source=" + "İ" * 200, referrer="", agent="", cookie="", host="", region="")
@example(target="*", referrer="https://x@y@[::1]:80/", agent="", cookie="", host="", region="")
def test_nothing_that_a_stranger_writes_raises_or_comes_through_unclean(
    target: str, referrer: str, agent: str, cookie: str, host: str, region: str
) -> None:
    path, _, query = target.partition("?")
    headers = {"Referer": referrer, "User-Agent": agent, "Cookie": cookie}

    arrival = read_arrival(
        Asked(host, path, query, headers),
        own_hosts=OWN,
        cookie_domain="firm.test",
        now=NOW,
        region=region,
    )

    for text, longest in texts_of(arrival):
        assert text.isprintable()
        assert len(text) <= longest
        assert text == text.strip()
    assert arrival.touch.landing_path
    assert all(isinstance(value, str) and value for value in arrival.told().values())
