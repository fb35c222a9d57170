"""Signatures as the specification's own library makes and checks them; pauses as RFC 9110 says."""

import base64
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from onrecord_archive.format.errors import BadFormat
from onrecord_archive.sinks.http_answers import parse_retry_after
from onrecord_archive.sinks.standard_webhooks import parse_secrets, signed_headers

SECRET = bytes(range(24))
NOW = int(datetime.now(UTC).timestamp())


def test_the_library_makes_the_same_signature_and_accepts_ours() -> None:
    body = '{"test": "Zażółć"}'
    oracle = Webhook(base64.b64encode(SECRET).decode())
    headers = signed_headers([SECRET], "msg_1", NOW, body.encode())
    moment = datetime.fromtimestamp(NOW, UTC)
    assert headers["webhook-signature"] == oracle.sign("msg_1", moment, body)
    oracle.verify(body, headers)


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_changed_header_is_found(name: str) -> None:
    headers = signed_headers([SECRET], "msg_1", NOW, b"{}")
    changed = {**headers, name: headers[name][:-1] + ("1" if headers[name][-1] != "1" else "2")}
    with pytest.raises(WebhookVerificationError):
        Webhook(base64.b64encode(SECRET).decode()).verify(b"{}", changed)


def test_secrets_stand_one_a_line() -> None:
    line = f"whsec_{base64.b64encode(SECRET).decode()}"
    assert parse_secrets(f"# new\n{line}\n\n  {line}  \n".encode()) == (SECRET, SECRET)
    for bad in (b"", b"# only\n", line[6:].encode(), b"whsec_AA==", b"\xff"):
        with pytest.raises(BadFormat):
            parse_secrets(bad)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("120", 120.0),
        ("Tue, 24 Nov 2026 09:00:30 GMT", 30.0),
        ("Tue, 24 Nov 2026 08:00:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("", None),
        ("\u0663", None),
        ("9" * 400, float("inf")),
        (f"Tue, 24 Nov {'9' * 20} 09:00:30 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str | None, seconds: float | None) -> None:
    now = datetime(2026, 11, 24, 9, 0, tzinfo=UTC).timestamp()
    assert parse_retry_after(value, now) == seconds
