"""The development CA speaks for this machine alone, and its certificate is renewed in time."""

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from onrecord.core.domain.errors import RefuseToStart
from onrecord.demo.certificates import DemoTls, ensure_certificates, key_pin

NOW = datetime.now(UTC)


@pytest.fixture
def tls(tmp_path: Path) -> DemoTls:
    tls = DemoTls(tmp_path)
    assert ensure_certificates(tls, NOW)
    return tls


def verified(tls: DemoTls, host: str) -> bool:
    command = ["openssl", "verify", "-x509_strict", "-purpose", "sslserver"]
    done = subprocess.run(
        [*command, "-CAfile", tls.ca, "-verify_hostname", host, tls.certificate],
        check=False,
        capture_output=True,
        text=True,
    )
    return done.returncode == 0


@pytest.mark.parametrize("host", ["chat.localhost", "console.localhost", "files.localhost"])
def test_openssl_accepts_each_host_name(tls: DemoTls, host: str) -> None:
    assert verified(tls, host)


def test_openssl_refuses_another_host_name(tls: DemoTls) -> None:
    assert not verified(tls, "bank.example")


def test_the_certificate_lives_89_days(tls: DemoTls) -> None:
    leaf = x509.load_pem_x509_certificate(tls.certificate.read_bytes())
    assert leaf.not_valid_after_utc - NOW.replace(microsecond=0) == timedelta(days=89)


def test_it_is_kept_while_it_lasts(tls: DemoTls) -> None:
    before = tls.certificate.read_bytes()
    assert not ensure_certificates(tls, NOW + timedelta(days=70))
    assert tls.certificate.read_bytes() == before


def test_it_is_renewed_under_the_same_ca_before_it_expires(tls: DemoTls) -> None:
    ca, pin = tls.ca.read_bytes(), key_pin(tls.certificate)
    assert ensure_certificates(tls, NOW + timedelta(days=80))
    assert tls.ca.read_bytes() == ca
    assert key_pin(tls.certificate) != pin


def test_a_key_without_its_certificate_is_made_anew(tls: DemoTls) -> None:
    tls.certificate.unlink()
    assert ensure_certificates(tls, NOW)
    assert verified(tls, "chat.localhost")


def test_the_keys_are_their_owners_alone(tls: DemoTls) -> None:
    assert {path.stat().st_mode & 0o777 for path in (tls.key, tls.ca_key)} == {0o600}


def test_the_pin_is_what_openssl_computes(tls: DemoTls) -> None:
    script = (
        'openssl x509 -in "$1" -pubkey -noout | openssl pkey -pubin -outform der'
        " | openssl dgst -sha256 -binary | base64"
    )
    done = subprocess.run(
        ["sh", "-c", script, "sh", tls.certificate], check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == key_pin(tls.certificate)


def test_a_foreign_key_is_refused(tls: DemoTls) -> None:
    tls.ca_key.unlink()
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", tls.ca_key], check=True)
    with pytest.raises(RefuseToStart):
        ensure_certificates(tls, NOW + timedelta(days=80))
