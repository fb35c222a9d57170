"""What every answer carries, whatever it is."""

from pathlib import Path

import pytest

from onrecord.core.domain.errors import RefuseToStart
from onrecord.http.client_files import load_files
from onrecord.http.security import COMMON_HEADERS, page_policy
from tests.integration.house import CHAT, FILES, House
from tests.integration.http.answers import NEEDED, missing, page_directives, permitted, policy
from tests.integration.open_house import BROTLI

POLICY = page_directives(CHAT.host, FILES.origin)


def test_every_answer_has_the_headers(calm_house: House) -> None:
    client = calm_house.signed_in()
    answers = [
        client.get("/"),
        client.get("/assets/chat-1a2b3c4d.js"),
        client.get("/api/v1/me"),
        client.get("/api/v1/nothing"),
        client.put("/api/v1/me"),
        client.post("/api/v1/sign-in", json={}),
        client.post("/api/v1/sign-in", content=b"x" * 5000),
        client.get("/", headers={"host": "evil.example"}),
        client.post("/api/v1/sign-out"),
    ]
    for answer in answers:
        assert missing(answer.headers, NEEDED) == [], answer.request.url
        assert "server" not in answer.headers
        assert policy(answer) == POLICY
        assert permitted(answer.headers) == {"microphone": "(self)"}
    assert permitted(COMMON_HEADERS) == {}, "at the console and where files are"


def test_a_missing_header_is_found(calm_house: House) -> None:
    """Control."""
    answer = calm_house.client().get("/")
    del answer.headers["x-content-type-options"]
    answer.headers["referrer-policy"] = "unsafe-url"
    assert missing(answer.headers, NEEDED) == ["x-content-type-options", "referrer-policy"]


def test_the_policy_allows_nothing_inline() -> None:
    assert "unsafe" not in page_policy(CHAT)
    assert "*" not in page_policy(CHAT)
    assert "data:" not in page_policy(CHAT)


def test_answers_are_not_stored_unless_they_say_so(calm_house: House) -> None:
    client = calm_house.signed_in()
    for path in ("/api/v1/me", "/api/v1/bootstrap", "/api/v1/nothing"):
        assert client.get(path).headers["cache-control"] == "no-store"


def test_the_files_listener_is_a_sandbox_with_nothing_in_it(calm_house: House) -> None:
    client = calm_house.client("files", FILES)
    for path in ("/", "/index.html", "/api/v1/sign-in", "/assets/chat-1a2b3c4d.js"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert answer.headers["content-security-policy"] == (
            "default-src 'none'; frame-ancestors 'none'; sandbox"
        )
        assert "set-cookie" not in answer.headers
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"


def test_the_page_is_kept_nowhere(calm_house: House) -> None:
    page = calm_house.client().get("/")
    assert page.text.startswith("<!doctype html>")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["cache-control"] == "no-store"


def test_what_has_one_name_for_ever_is_asked_for_each_time(calm_house: House) -> None:
    client = calm_house.client()
    icon = client.get("/icon.svg")
    assert icon.headers["cache-control"] == "no-cache"
    again = client.get("/icon.svg", headers={"if-none-match": icon.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_hashed_files_are_kept_for_ever_and_sent_compressed(calm_house: House) -> None:
    client = calm_house.client()
    script = client.get("/assets/chat-1a2b3c4d.js", headers={"accept-encoding": "gzip"})
    assert script.text.startswith("export const")
    assert script.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert script.headers["content-encoding"] == "gzip"
    assert script.headers["vary"] == "accept-encoding"
    plain = client.get("/assets/chat-1a2b3c4d.js", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == script.content
    small = client.get("/assets/chat-1a2b3c4d.js", headers={"accept-encoding": "gzip, br"})
    assert (small.headers["content-encoding"], small.content) == ("br", BROTLI)
    assert client.get("/assets/chat-1a2b3c4d.js.br").status_code == 404
    font = client.get("/assets/font-1a2b3c4d.woff2")
    assert (font.content, font.headers["content-type"]) == (b"font", "font/woff2")


@pytest.mark.parametrize("path", ["/", "/api/v1/me"])
def test_head_is_get_without_a_body(calm_house: House, path: str) -> None:
    client = calm_house.signed_in()
    head, get = client.head(path), client.get(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == get.headers["content-type"]


def test_the_common_headers_are_lower_case() -> None:
    assert all(name == name.lower() for name in COMMON_HEADERS)


def test_a_client_that_is_not_built_refuses_to_start(tmp_path: Path) -> None:
    with pytest.raises(RefuseToStart) as refused:
        load_files(tmp_path)
    assert refused.value.code == "client_missing"
    assert "make client" in refused.value.diagnostics
