"""A browser's tab on a page with the snippet, that asks the edge's `Pages` directly."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from multidict import CIMultiDict, CIMultiDictProxy

from calltrack.sessions import Session
from proxy.snippet_pages import SnippetPages
from snippet_server.pages import Caller, Landing, Lead, PageAnswer, PageAsk, PageUrl
from snippet_server.spots import Spot, read_spots
from tests.proxy.visits import COOKIE, FIREFOX, Front, kept

AMSTERDAM, ROTTERDAM = "020 123 45 67", "010 123 45 67"
BY_SCRIPT = CIMultiDict(
    {
        "User-Agent": FIREFOX,
        "Accept": "*/*",
        "Content-Type": "text/plain;charset=UTF-8",
        "Origin": "http://localhost:8080",
        "Referer": "http://localhost:8080/",
        "Sec-Fetch-Mode": "cors",
        "Sec-Fetch-Site": "same-origin",
        "Sec-Fetch-Dest": "empty",
    }
)


def texts(*found: str) -> Sequence[Spot]:
    """Say that these texts stand on the page."""
    return read_spots([["t", "", [text], ""] for text in found])


@dataclass
class Tab:
    """One tab. `light`: the edge is asked under another domain than the page's."""

    front: Front
    pages: SnippetPages
    jar: dict[str, str | None] = field(default_factory=lambda: {"cookie": None})
    token: str | None = None
    asked: str = "localhost"
    client: str = "127.0.0.1"
    others: str = ""  # cookies of the site's own
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def session(self) -> Session | None:
        """What the browser's cookie, or the tab's token, says."""
        value = self.token or (self.jar["cookie"] or "").partition("=")[2]
        return COOKIE.read(value)

    def another(self) -> "Tab":
        """Open another tab of the same browser."""
        return replace(self, token=None)

    def caller(self) -> Caller:
        """Tell who asks."""
        said = BY_SCRIPT.copy()
        said.update(self.headers)
        cookies = "; ".join(one for one in (self.others, self.jar["cookie"]) if one)
        if cookies:
            said["Cookie"] = cookies
        return Caller(self.client, "http", self.asked, CIMultiDictProxy(said))

    async def ask(
        self,
        target: str = "/contact",
        *found: str,
        view: bool = True,
        load: bool | None = None,
        consent: bool | None = None,
        referrer: str = "",
        landing: tuple[str, str] | None = None,
    ) -> PageAnswer:
        """Ask for what stands on the page; keep what the answer says is to be kept."""
        answer = await self.pages.answer(
            PageAsk(
                url=at(target),
                referrer=referrer,
                landing=Landing(at(landing[0]), landing[1]) if landing else None,
                is_view=view,
                is_load=view if load is None else load,
                consent=consent,
                token=self.token,
                spots=texts(*(found or (AMSTERDAM,))),
            ),
            self.caller(),
        )
        await self.front.desk.close()  # what it does in the background is done
        self.jar["cookie"] = kept(answer.cookies, self.jar["cookie"])
        self.token = answer.token
        return answer

    async def leave(self, target: str = "/contact") -> None:
        """Close the tab, or go on to another page."""
        await self.pages.leave(at(target), self.token, self.caller())

    async def send(self, **said: str) -> bool:
        """Send a form."""
        return await self.pages.lead(
            Lead(at("/contact?step=2"), self.token, **{"form": "Bel mij terug", **said}),
            self.caller(),
        )


def at(target: str) -> PageUrl:
    """Give the address of a page."""
    return PageUrl("http", "localhost:8080", "localhost", target)


def shown(answer: PageAnswer) -> list[str | None]:
    """Give the text of each spot; None: the original."""
    return [values[0] if values else None for values in answer.spots]
