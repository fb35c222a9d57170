"""A push reaches its service over TLS, readable by its browser alone; what each answer means."""

import asyncio
from collections.abc import Sequence

import pytest

from onrecord.core.domain.clock import SystemClock
from onrecord.demo.certificates import DemoTls
from onrecord.features.notifications.letters.carriers import tls_context
from onrecord.features.notifications.push.encryption import BrowserKeys
from onrecord.features.notifications.push.sender import (
    Gone,
    HttpSender,
    Later,
    Outcome,
    Push,
    Refused,
    Taken,
)
from onrecord.features.notifications.push.services import Services
from onrecord.features.notifications.push.vapid import sender_key
from tests.integration.notifications.proxy import proxy_to
from tests.integration.notifications.push_service import Browser, PushService, push_service
from tests.rig.patience import SECONDS as PATIENCE

CONTACT = "mailto:it@bank.example"


def send(
    tls: DemoTls | None,
    hosts: Sequence[str],
    *pushes: Push,
    proxy: str | None = None,
    timeout_s: float = PATIENCE,
) -> list[Outcome]:
    """What became of pushes, one after another."""

    async def all_of_them() -> list[Outcome]:
        sender = HttpSender(
            Services(hosts),
            key=sender_key(b"s" * 32),
            contact=CONTACT,
            tls=tls_context(None if tls is None else tls.ca, tls_1_2=False),
            clock=SystemClock(),
            proxy=proxy,
            timeout_s=timeout_s,
        )
        try:
            return [await sender.send(push) for push in pushes]
        finally:
            await sender.close()

    return asyncio.run(all_of_them())


def to(service: PushService, browser: Browser, payload: bytes = b"{}") -> Push:
    keys = BrowserKeys(browser.point, browser.auth)
    return Push(f"{service.origin}/push/abc?x=1", keys, payload, "t" * 32)


def test_a_push_says_who_sends_it_and_only_its_browser_reads_it(
    tls: DemoTls, service: PushService
) -> None:
    browser = Browser()
    pushes = to(service, browser, b'{"conv":"c"}'), to(service, browser)
    assert send(tls, [service.host], *pushes) == [Taken(), Taken()]
    first, second = service.posts
    assert browser.reads(first.body) == {"conv": "c"}
    assert b"conv" not in first.body
    assert len(first.body) == len(second.body)
    sender, claims = first.sender(service.origin)
    assert (claims["aud"], claims["sub"]) == (service.origin, CONTACT)
    assert second.sender(service.origin)[0] == sender
    assert first.path == "/push/abc?x=1"
    asked = {name: first.headers[name] for name in ("ttl", "urgency", "topic", "content-encoding")}
    assert asked == {
        "ttl": "86400",
        "urgency": "high",
        "topic": "t" * 32,
        "content-encoding": "aes128gcm",
    }


@pytest.mark.parametrize(
    ("status", "headers", "outcome"),
    [
        (201, {}, Taken()),
        (404, {}, Gone()),
        (410, {}, Gone()),
        (429, {"Retry-After": "7"}, Later("status 429", 7.0)),
        (429, {"Retry-After": "999999999"}, Later("status 429", 3600.0)),
        (429, {"Retry-After": "Fri, 31 Dec 2027 23:59:59 GMT"}, Later("status 429")),
        (503, {}, Later("status 503")),
        (400, {}, Refused(400)),
        (403, {}, Refused(403)),
        (413, {}, Refused(413)),
    ],
)
def test_each_answer_means_one_thing(
    tls: DemoTls, service: PushService, status: int, headers: dict[str, str], outcome: Outcome
) -> None:
    service.answers.append((status, headers))
    assert send(tls, [service.host], to(service, Browser())) == [outcome]


def test_a_redirect_is_not_followed(tls: DemoTls, service: PushService) -> None:
    with push_service(tls) as other:
        service.answers.append((307, {"Location": f"{other.origin}/inside"}))
        outcome = send(tls, [service.host, other.host], to(service, Browser()))
        assert (outcome, other.posts) == ([Refused(307)], [])


def test_nothing_is_sent_where_the_settings_allow_it_no_longer(
    tls: DemoTls, service: PushService
) -> None:
    assert send(tls, ["fcm.example"], to(service, Browser())) == [Gone()]
    assert service.posts == []


def test_nothing_is_sent_to_whom_another_signed_for(service: PushService) -> None:
    [outcome] = send(None, [service.host], to(service, Browser()))
    assert isinstance(outcome, Later)
    assert service.posts == []


def test_a_service_that_does_not_answer_is_tried_later(tls: DemoTls, service: PushService) -> None:
    service.goes_on.clear()
    push = to(service, Browser())
    assert send(tls, [service.host], push, timeout_s=0.5) == [Later("TimeoutError")]
    service.goes_on.set()


def test_one_that_is_not_there_is_tried_later(tls: DemoTls) -> None:
    gone = PushService(port=1)
    assert send(tls, [gone.host], to(gone, Browser())) == [Later("ConnectError")]


def test_keys_that_are_none_lead_nowhere(tls: DemoTls, service: PushService) -> None:
    push = Push(service.origin + "/a", BrowserKeys(b"\x04" * 65, b"a" * 16), b"{}", "t")
    assert send(tls, [service.host], push) == [Gone()]


OUTSIDE = "https://chat.localhost/push/abc"
"""A name of no address of the internet, which the certificate has: a proxy alone leads there."""


def test_a_push_goes_by_the_firms_proxy_and_the_tls_is_with_the_service(
    tls: DemoTls, service: PushService
) -> None:
    browser = Browser()
    push = Push(OUTSIDE, BrowserKeys(browser.point, browser.auth), b'{"conv":"c"}', "t" * 32)
    with proxy_to(service.port) as proxy:
        outcomes = send(tls, ["chat.localhost"], push, push, proxy=proxy.address)
        assert outcomes == [Taken(), Taken()]
        assert set(proxy.asked) == {"CONNECT chat.localhost:443"}
        assert [browser.reads(posted.body) for posted in service.posts] == [{"conv": "c"}] * 2
        assert service.posts[0].sender("https://chat.localhost")[1]["sub"] == CONTACT
        # Without it the name leads nowhere, and with it not to whom another signed for.
        assert send(tls, ["chat.localhost"], push) == [Later("ConnectError")]
        assert send(None, ["chat.localhost"], push, proxy=proxy.address) == [Later("ConnectError")]
        assert len(service.posts) == 2


def test_what_is_inside_is_reached_without_the_proxy(tls: DemoTls, service: PushService) -> None:
    with proxy_to(service.port) as proxy:
        push = to(service, Browser())
        assert send(tls, [service.host], push, proxy=proxy.address) == [Taken()]
        assert proxy.asked == []


def test_a_proxy_that_refuses_or_is_not_there_is_tried_later(
    tls: DemoTls, service: PushService
) -> None:
    browser = Browser()
    push = Push(OUTSIDE, BrowserKeys(browser.point, browser.auth), b"{}", "t" * 32)
    with proxy_to(service.port) as proxy:
        proxy.refuses = True
        [outcome] = send(tls, ["chat.localhost"], push, proxy=proxy.address)
        assert outcome == Later("ProxyError")
    [outcome] = send(tls, ["chat.localhost"], push, proxy="http://127.0.0.1:1")
    assert outcome == Later("ConnectError")
    assert service.posts == []
