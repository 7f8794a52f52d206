"""Fetch a page of a site and write a Plan to start from.

Errors: ConfigError for an address that is no page's; UpstreamError when the site does not answer.
"""

import os
import ssl
from dataclasses import dataclass
from datetime import timedelta

import aiohttp
import phonenumbers

from calltrack.errors import ConfigError, UpstreamBroken, UpstreamTimeout, UpstreamUnreachable
from proxy.plan_draft import write_plan
from proxy.plan_findings import find_numbers

LARGEST_BYTES = 10 * 1024 * 1024
LONGEST_WAIT = timedelta(seconds=15)
MOST_REDIRECTS = 10

_PAGES = frozenset({"text/html", "application/xhtml+xml"})
_HEADERS = {"User-Agent": "calltrack-proxy plan init", "Accept": "text/html,*/*;q=0.1"}


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """A page as it came, after redirects. `hosts` are those passed on the way, the last first."""

    url: str
    body: bytes
    charset: str | None
    hosts: tuple[str, ...]


async def plan_init(url: str, *, region: str | None = None) -> str:
    """Fetch a page, find its phone numbers, and write a Plan in TOML with comments."""
    if region is not None and region not in phonenumbers.SUPPORTED_REGIONS:
        raise ConfigError(f"--region: «{region}» is no country in two capitals, as NL")
    page = await fetch(url)
    findings = find_numbers(page.body, url=page.url, charset=page.charset, region=region)
    return write_plan(findings, url=page.url, hosts=page.hosts)


async def fetch(url: str, *, wait: timedelta = LONGEST_WAIT) -> FetchedPage:
    """Fetch a page, following redirects."""
    if not url.lower().startswith(("http://", "https://")):
        raise ConfigError(f"«{url}» is no address of a page: it begins with http:// or https://")
    timeout = aiohttp.ClientTimeout(total=wait.total_seconds())
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, headers=_HEADERS) as client,
            client.get(url, max_redirects=MOST_REDIRECTS) as answer,
        ):
            return await _page(url, answer)
    except TimeoutError as error:
        seconds = f"{wait.total_seconds():g}"
        raise UpstreamTimeout(f"{url} did not answer within {seconds} seconds") from error
    except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError) as error:
        raise ConfigError(f"«{url}» is no address of a page, or leads to none") from error
    except aiohttp.TooManyRedirects as error:
        raise UpstreamBroken(f"{url} redirects more than {MOST_REDIRECTS} times") from error
    except aiohttp.ClientConnectionError as error:
        raise UpstreamUnreachable(f"{url} cannot be reached: {_why(error)}") from error
    except (aiohttp.ClientError, ValueError) as error:
        raise UpstreamBroken(f"{url} gave no usable answer: {_why(error)}") from error


async def _page(url: str, answer: aiohttp.ClientResponse) -> FetchedPage:
    if answer.status >= 400:
        raise UpstreamBroken(f"{url} answered {answer.status} {answer.reason}")
    if "Content-Type" in answer.headers and answer.content_type not in _PAGES:
        raise ConfigError(f"{url} is no page: its type is {answer.content_type}")
    body = bytearray()
    async for chunk in answer.content.iter_any():
        body += chunk
        if len(body) > LARGEST_BYTES:
            raise ConfigError(f"{url} is larger than {LARGEST_BYTES >> 20} MB: no page is")
    passed = [answer.url, *(one.url for one in reversed(answer.history))]
    hosts = (f"[{u.raw_host}]" if ":" in (u.raw_host or "") else u.raw_host or "" for u in passed)
    return FetchedPage(str(answer.url), bytes(body), answer.charset, tuple(hosts))


def _why(error: Exception) -> str:
    if isinstance(error, aiohttp.ClientConnectorCertificateError | ssl.SSLError):
        return "its certificate is not trusted"
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "there is no such host"
    if isinstance(error, aiohttp.ClientOSError) and (error.errno or 0) > 0:
        return os.strerror(error.errno or 0)
    return " ".join(str(error).split())[:200] or type(error).__name__
