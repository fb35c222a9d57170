"""The browsers of the other tests trust what they should, and tell what they should."""

import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from playwright.sync_api import Error
from selenium.webdriver import WebKitGTK
from selenium.webdriver.common.by import By

from tests.e2e.awaiting import until
from tests.e2e.browsers import new_profile
from tests.e2e.conftest import ChromiumWith, ProfileOf

POLICY = "default-src 'none'; script-src 'self'; require-trusted-types-for 'script'"
PAGES = {
    "/": "<title>Sound</title><h1>Sound</h1><script src=/sound.js></script>",
    "/sound.js": "document.title = 'Ran'",
    "/inline": "<script>document.title = 'Ran'</script>",
    "/sink": "<b id=x></b><script src=/sink.js></script>",
    "/sink.js": "document.getElementById('x').innerHTML = '<i>x</i>'",
    "/error": "<script src=/error.js></script>",
    "/error.js": "throw new Error('planted')",
}


class Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = PAGES.get(self.path, "").encode()
        self.send_response(200)
        kind = "text/javascript" if self.path.endswith(".js") else "text/html"
        for name, value in {
            "Content-Type": kind,
            "Content-Length": str(len(body)),
            "Content-Security-Policy": POLICY,
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """The test reads the browser, not this server's log."""


@dataclass(frozen=True, slots=True)
class Site:
    url: str
    certificate: bytes


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site over TLS whose certificate nobody knows."""
    file = tmp_path_factory.mktemp("site") / "both.pem"
    certificate = write_certificate(file, "chat.localhost")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Site(f"https://chat.localhost:{server.server_port}", certificate)
    server.shutdown()
    thread.join()
    server.server_close()


def write_certificate(file: Path, host: str) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file.write_bytes(certificate + private)
    return certificate


def test_chromium_opens_a_site_whose_certificate_it_was_given(
    chromium_with: ChromiumWith, profile_of: ProfileOf, site: Site
) -> None:
    page = profile_of(chromium_with(trusted=[site.certificate]), locale="pl").page()
    page.goto(site.url)
    assert page.title() == "Ran"
    assert page.evaluate("[isSecureContext, navigator.language]") == [True, "pl"]


def test_chromium_refuses_every_other_certificate(chromium_with: ChromiumWith, site: Site) -> None:
    page = new_profile(chromium_with()).page()
    with pytest.raises(Error, match="ERR_CERT_AUTHORITY_INVALID"):
        page.goto(site.url)


@pytest.mark.parametrize("path", ["/inline", "/sink"])
def test_control_a_violation_of_the_policy_is_told(
    chromium_with: ChromiumWith, site: Site, path: str
) -> None:
    profile = new_profile(chromium_with(trusted=[site.certificate]))
    page = profile.page()
    page.goto(site.url + path)
    until(page, lambda: bool(profile.complaints.violations), "a violation is told")
    profile.context.close()


def test_control_an_uncaught_error_is_told(chromium_with: ChromiumWith, site: Site) -> None:
    profile = new_profile(chromium_with(trusted=[site.certificate]))
    page = profile.page()
    page.goto(f"{site.url}/error")
    until(page, lambda: profile.complaints.errors == ["planted"], "an uncaught error is told")
    profile.context.close()


@pytest.mark.proofs("engine")
def test_webkit_opens_a_site(webkit: WebKitGTK, site: Site) -> None:
    webkit.get(site.url)
    assert webkit.find_element(By.TAG_NAME, "h1").text == "Sound"
    assert "WebKit" in webkit.execute_script("return navigator.userAgent")
