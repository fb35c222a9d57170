"""Every route says who may call it; everything else is 404."""

import asyncio
from collections.abc import Iterator

import pytest
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp

from onrecord.http.options import RequestLimits
from onrecord.http.routes import (
    Anyone,
    Ask,
    Entry,
    ForSignedIn,
    Guarded,
    Hello,
    Nobody,
    SignedAsk,
    router,
)
from tests.integration.house import House

FOR_ANYONE = {
    ("GET", "/icon.svg"),
    ("GET", "/"),
    ("GET", "/assets/chat-1a2b3c4d.js"),
    ("GET", "/assets/font-1a2b3c4d.woff2"),
    ("GET", "/api/v1/firm"),
    ("POST", "/api/v1/sign-in"),
    ("POST", "/api/v1/sign-in/code"),
    ("POST", "/api/v1/sign-in/link"),
    ("POST", "/api/v1/sign-in/link/report"),
    ("POST", "/api/v1/sign-in/passkey"),
    ("POST", "/api/v1/sign-in/passkey/challenge"),
    ("POST", "/api/v1/invitation"),
    ("POST", "/api/v1/invitation/code"),
    ("POST", "/api/v1/invitation/accept"),
    ("POST", "/api/v1/reset"),
    ("POST", "/api/v1/reset/objection"),
}
FOR_SIGNED_IN = {
    ("POST", "/api/v1/sign-out"),
    ("GET", "/api/v1/me"),
    ("GET", "/api/v1/devices"),
    ("DELETE", "/api/v1/devices/{device}"),
    ("GET", "/api/v1/tokens"),
    ("POST", "/api/v1/tokens"),
    ("DELETE", "/api/v1/tokens/{token}"),
    ("GET", "/api/v1/bootstrap"),
    ("GET", "/api/v1/people"),
    ("GET", "/api/v1/pictures/{sha256}"),
    ("PUT", "/api/v1/me/password"),
    ("POST", "/api/v1/me/role-code"),
    ("PUT", "/api/v1/me/picture"),
    ("DELETE", "/api/v1/me/picture"),
    ("GET", "/api/v1/conversations"),
    ("POST", "/api/v1/conversations"),
    ("GET", "/api/v1/conversations/{conv}"),
    ("GET", "/api/v1/conversations/{conv}/timeline"),
    ("PUT", "/api/v1/conversations/{conv}/picture"),
    ("DELETE", "/api/v1/conversations/{conv}/picture"),
    ("POST", "/api/v1/join/offer"),
    ("POST", "/api/v1/join"),
    ("POST", "/api/v1/broadcasts"),
    ("POST", "/api/v1/reports"),
    ("GET", "/api/v1/search"),
    ("GET", "/api/v1/messages/{event_id}/info"),
    ("GET", "/api/v1/messages/{event_id}/origin"),
    ("GET", "/api/v1/stars"),
    ("POST", "/api/v1/scheduled"),
    ("GET", "/api/v1/scheduled"),
    ("PUT", "/api/v1/scheduled/{scheduled}"),
    ("POST", "/api/v1/scheduled/{scheduled}/send"),
    ("DELETE", "/api/v1/scheduled/{scheduled}"),
    ("POST", "/api/v1/account-notices/seen"),
    ("POST", "/api/v1/ws-ticket"),
    ("POST", "/api/v1/notice"),
    ("POST", "/api/v1/proof/code"),
    ("POST", "/api/v1/proof"),
    ("POST", "/api/v1/lock"),
    ("POST", "/api/v1/unlock"),
    ("POST", "/api/v1/unlock/challenge"),
    ("GET", "/api/v1/passkeys"),
    ("POST", "/api/v1/passkeys"),
    ("POST", "/api/v1/passkeys/challenge"),
    ("DELETE", "/api/v1/passkeys/{passkey}"),
    ("POST", "/api/v1/clients/{person}/confirmation"),
    ("DELETE", "/api/v1/clients/{person}/confirmation"),
    ("POST", "/api/v1/clients/{person}/reset"),
    ("GET", "/api/v1/clients/{person}/reset"),
    ("DELETE", "/api/v1/clients/{person}/reset"),
    ("GET", "/api/v1/me/reset"),
    ("DELETE", "/api/v1/me/reset"),
    ("GET", "/api/v1/letters"),
    ("PUT", "/api/v1/letters"),
    ("POST", "/api/v1/copy"),
    ("GET", "/api/v1/copy"),
    ("GET", "/api/v1/copy.zip"),
    ("POST", "/api/v1/leave"),
    ("POST", "/api/v1/invites"),
    ("GET", "/api/v1/invites"),
    ("POST", "/api/v1/invites/{invite}/link"),
    ("DELETE", "/api/v1/invites/{invite}"),
    ("POST", "/api/v1/files/links"),
    ("PUT", "/api/v1/me/away"),
    ("DELETE", "/api/v1/me/away"),
    ("GET", "/api/v1/me/hours"),
    ("PUT", "/api/v1/me/hours"),
    ("PUT", "/api/v1/me/status"),
    ("GET", "/api/v1/people/{person}/hours"),
    ("GET", "/api/v1/push"),
    ("PUT", "/api/v1/push"),
    ("DELETE", "/api/v1/push"),
    ("POST", "/api/v1/uploads"),
    ("GET", "/api/v1/uploads/{upload}"),
    ("DELETE", "/api/v1/uploads/{upload}"),
    ("PUT", "/api/v1/uploads/{upload}/bytes"),
    ("POST", "/api/v1/uploads/{upload}/finish"),
}


def routes_of(app: ASGIApp) -> list[BaseRoute]:
    """The routes of an application, whatever it is wrapped in."""
    while not hasattr(app, "router"):
        app = app._app  # type: ignore[attr-defined]
    return list(app.router.routes)


def unguarded(routes: list[BaseRoute]) -> Iterator[str]:
    """Each route that does not say who may call it."""
    for route in routes:
        if isinstance(route, WebSocketRoute):
            continue
        if not isinstance(route, Route) or not isinstance(route.app, Guarded):
            yield str(getattr(route, "path", route))


def chat_of(house: House) -> list[BaseRoute]:
    """The routes of the chat, which belong to an event loop."""

    async def made() -> list[BaseRoute]:
        return routes_of(house.chat())

    return asyncio.run(made())


def listed(routes: list[BaseRoute], kind: type[Anyone | ForSignedIn]) -> set[tuple[str, str]]:
    """Method and path of each route of a kind."""
    apps = (getattr(route, "app", None) for route in routes)
    entries = [app.entry for app in apps if isinstance(app, Guarded)]
    return {(entry.method, entry.path) for entry in entries if isinstance(entry, kind)}


def test_the_table_is_this_one(house: House) -> None:
    routes = chat_of(house)
    assert list(unguarded(routes)) == []
    assert listed(routes, Anyone) == FOR_ANYONE
    assert listed(routes, ForSignedIn) == FOR_SIGNED_IN
    assert [r.path for r in routes if isinstance(r, WebSocketRoute)] == ["/api/v1/ws"]


def test_a_route_without_a_guard_is_found(house: House) -> None:
    """Control."""
    routes = chat_of(house)
    routes.append(Route("/api/v1/secrets", lambda request: Response()))
    assert list(unguarded(routes)) == ["/api/v1/secrets"]


def test_every_route_for_signed_in_people_refuses_strangers(calm_house: House) -> None:
    stranger = calm_house.client()
    for method, path in FOR_SIGNED_IN:
        concrete = path.replace("{device}", "x").replace("{conv}", "x").replace("{event_id}", "x")
        response = stranger.request(method, concrete)
        assert (response.status_code, response.json()["code"]) == (401, "no_session"), path


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/audit",
        "/api/v1/me/",
        "/api/v1//me",
        "/api/v2/me",
        "/API/v1/me",
        "/metrics",
        "/ready",
        "/index.html",
        "/console.html",
        "/assets/",
        "/assets/console-1a2b3c4d.js",
        "/.vite/manifest.json",
        "/notes.unknown",
        "/../database.key",
        "/%2e%2e/database.key",
        "/assets/..%2f..%2fdatabase.key",
        "/assets/%00",
    ],
)
def test_what_is_not_in_the_table_is_404(calm_house: House, path: str) -> None:
    for client in (calm_house.client(), calm_house.signed_in()):
        response = client.get(path)
        assert (response.status_code, response.json()["code"]) == (404, "not_found")


async def for_anyone(ask: Ask) -> Response:
    return Response()


async def for_signed_in(ask: SignedAsk) -> Response:
    return Response()


def test_one_address_has_one_guard() -> None:
    path = "/api/v1/letters"
    signed_in = ForSignedIn("GET", path, for_signed_in, "chat.letters")
    twice: list[Entry] = [Anyone("GET", path, for_anyone), signed_in]
    with pytest.raises(ValueError, match="two routes"):
        router(twice, Nobody(), RequestLimits())


def test_a_route_whose_action_is_not_in_the_table_of_roles_starts_nothing() -> None:
    entry = ForSignedIn("GET", "/api/v1/letters", for_signed_in, "chat.letter")
    with pytest.raises(KeyError, match=r"chat\.letter"):
        router([entry], Nobody(), RequestLimits())


def test_a_route_of_the_console_is_served_at_no_chat(house: House) -> None:
    house.extra.append(ForSignedIn("GET", "/api/v1/other", for_signed_in, "console.people"))
    with pytest.raises(ValueError, match=r"console\.people is no action of the listener chat"):
        chat_of(house)


def test_a_socket_route_is_a_hello() -> None:
    async def serve(websocket: object) -> None:
        """Do nothing."""

    (route,) = routes_of(router([Hello("/ws", serve)], Nobody(), RequestLimits()))
    assert isinstance(route, WebSocketRoute)
