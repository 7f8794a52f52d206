"""What docs/recipes says to put in front of us, on this machine, with a certificate made here.

The file is taken as it stands, but for ports, the name of the certificate and of the host.
"""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

import aiohttp
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests import nginx_servers
from tests.calltrack.plans import AMSTERDAM_NUMBER, AMSTERDAM_POOL
from tests.outside import free_port, missing, program
from tests.proxy.browser import Got, take_apart
from tests.proxy.conftest import StartOrigin, StartProxy
from tests.proxy.origin import Origin, html
from tests.proxy.visits import Front
from tests.suites.test_websockets import echo_server
from tests.suites.windows import FIREFOX

RECIPE = Path(__file__).resolve().parents[2] / "docs" / "recipes" / "nginx.conf"
PAGE = b'<p><a href="tel:%s">Bel ons</a>' % AMSTERDAM_NUMBER.e164.encode()
SHOWN = [PAGE.replace(AMSTERDAM_NUMBER.e164.encode(), n.e164.encode()) for n in AMSTERDAM_POOL]
CLAIMS = ("X-Forwarded-For: 203.0.113.9", "X-Forwarded-Proto: gopher", "X-Forwarded-Host: evil.nl")
TRUSTED = (ip_network("127.0.0.1/32"),)


def certificate(folder: Path) -> Path:
    """Make a certificate for localhost that signs itself, and its key beside it; give its path."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "localhost.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    path.with_suffix(".key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


def recipe(pem: Path, behind: int, plain: int) -> str:
    """Give the recipe for this machine."""
    found = RECIPE.read_text(encoding="utf-8")
    for old, new in (
        ("127.0.0.1:8080", f"127.0.0.1:{behind}"),
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443", "listen 127.0.0.1:PORT"),
        ("/etc/ssl/www.example.nl.pem", str(pem)),
        ("/etc/ssl/www.example.nl.key", str(pem.with_suffix(".key"))),
        ("www.example.nl", "localhost"),
    ):
        assert old in found, old
        found = found.replace(old, new)
    return found


async def curl(url: str, *options: str) -> Got:
    """Ask as a browser does; the status line tells the version."""
    said = ("-H", "Accept: text/html", "-H", "Sec-Fetch-Mode: navigate", "-A", FIREFOX.decode())
    claims = [word for claim in CLAIMS for word in ("-H", claim)]
    process = await asyncio.create_subprocess_exec(
        *(program("curl", "curl"), "-sS", "-i", "--max-time", "20"),
        *(*said, *claims, *options, url),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    got, complained = await process.communicate()
    assert process.returncode == 0, complained.decode()
    return take_apart(got)


@pytest.mark.slow
async def test_nginx_ends_tls_and_http2_in_front_of_us(
    start_origin: StartOrigin, start_proxy: StartProxy, front: Front, tmp_path: Path
) -> None:
    if nginx_servers.binary() is None:
        missing(nginx_servers.MISSING)
    origin = await start_origin(Origin(html(PAGE)))
    proxy = await start_proxy(origin, front.desk, trusted=TRUSTED)
    pem, plain = certificate(tmp_path), free_port()

    with nginx_servers.running(tmp_path / "nginx", recipe(pem, proxy.port, plain)) as server:
        here = f"https://localhost:{server.port}/contact?x=1"
        got = await curl(here, "--http2", "--cacert", str(pem))
        moved = await curl(f"http://localhost:{plain}/contact?x=1")

    assert got.raw.startswith(b"HTTP/2 200")
    assert got.body in SHOWN
    assert b"; Secure" in (got.has(b"set-cookie") or b"")
    assert origin.last.target == b"/contact?x=1"
    assert origin.last.has(b"x-forwarded-for") == b"127.0.0.1, 127.0.0.1"  # the visitor, nginx
    assert origin.last.has(b"x-forwarded-proto") == b"https"
    assert origin.last.has(b"x-forwarded-host") == b"localhost"
    assert origin.last.has(b"host") == b"localhost"
    assert (moved.status, moved.has(b"location")) == (301, b"https://localhost/contact?x=1")


@pytest.mark.slow
async def test_a_websocket_passes_nginx_and_us(start_proxy: StartProxy, tmp_path: Path) -> None:
    if nginx_servers.binary() is None:
        missing(nginx_servers.MISSING)
    async with echo_server() as site:
        proxy = await start_proxy(site, trusted=TRUSTED)
        pem = certificate(tmp_path)
        trusted = ssl.create_default_context(cafile=pem)
        blocks = recipe(pem, proxy.port, free_port())
        with nginx_servers.running(tmp_path / "nginx", blocks) as server:
            here = f"wss://localhost:{server.port}/"
            async with (
                aiohttp.ClientSession() as client,
                client.ws_connect(here, ssl=trusted, timeout=aiohttp.ClientWSTimeout(20)) as socket,
            ):
                await socket.send_str("hallo")
                said = await socket.receive_str(timeout=20)
                await socket.send_bytes(b"\x00" * 100_000)
                long = await socket.receive_bytes(timeout=20)
                await socket.close()
                closed = socket.close_code
                closed = socket.close_code

    assert (said, len(long), closed) == ("hallo", 100_000, 1000)


@pytest.mark.slow
async def test_with_nothing_in_front_what_a_visitor_claims_counts_for_nothing(
    start_origin: StartOrigin, start_proxy: StartProxy, front: Front
) -> None:
    origin = await start_origin(Origin(html(PAGE)))
    proxy = await start_proxy(origin, front.desk)

    got = await curl(f"http://localhost:{proxy.port}/contact?x=1", "-4")

    assert got.raw.startswith(b"HTTP/1.1 200")
    assert got.body in SHOWN
    assert b"Secure" not in (got.has(b"set-cookie") or b"")
    assert origin.last.has(b"x-forwarded-for") == b"127.0.0.1"
    assert origin.last.has(b"x-forwarded-proto") == b"http"
    assert origin.last.has(b"x-forwarded-host") == f"localhost:{proxy.port}".encode()
