"""The OpenAPI documents leave no route out in silence, and answers are held to them."""

import json
from typing import Any

import httpx2
import pytest
from starlette.responses import Response

from onrecord.features.sign_in import bodies as wire
from onrecord.http.operations import answers, gives, query, refuses, takes
from onrecord.http.queries import limit_of
from onrecord.http.routes import Entry, ForSignedIn, SignedAsk
from tests.rig.described import Described
from tools import openapi


class Planted:
    """Routes that say all, or too little."""

    @takes(wire.SignIn)
    @gives(wire.Me, 201)
    @query(limit=limit_of(5, most=10))
    @refuses("bad_link", "case_exists")
    async def whole(self, ask: SignedAsk, body: wire.SignIn) -> wire.Me:
        """Do it."""
        raise AssertionError

    async def silent(self, ask: SignedAsk) -> Response:
        """Say nothing of what it answers."""
        return Response()

    @answers(204)
    async def unnamed(self, ask: SignedAsk) -> Response:
        return Response()

    @answers(204)
    @refuses("moon_phase")
    async def mistaken(self, ask: SignedAsk) -> Response:
        """Refuse with a code that nobody refuses with."""
        return Response()


def written(entry: Entry) -> dict[str, Any]:
    paths: dict[str, Any] = openapi.document("console", [entry])["paths"]
    return next(iter(paths[entry.path].values()), {})


def test_what_a_route_says_is_written() -> None:
    told = written(
        ForSignedIn("POST", "/api/v1/cases/{case}", Planted().whole, "console.directory")
    )
    assert told["summary"] == "Do it."
    assert told["x-roles"] == ["compliance", "administrator", "auditor"]
    assert told["security"] == [{"session": []}, {"token": []}]
    body = told["requestBody"]["content"]["application/json"]["schema"]
    assert body == {"$ref": "#/components/schemas/SignIn"}
    assert [each.get("name") for each in told["parameters"]] == ["case", "limit", None, None]
    statuses = {"201", "400", "401", "403", "409", "413", "415", "421", "429", "500", "503"}
    assert set(told["responses"]) == statuses


@pytest.mark.parametrize("handler", ["silent", "unnamed", "mistaken"])
def test_control_a_route_that_says_too_little_is_found(handler: str) -> None:
    entry = ForSignedIn("GET", "/api/v1/planted", getattr(Planted(), handler), "console.cases")
    with pytest.raises(LookupError):
        openapi.document("console", [entry])


def response(status: int, body: object, path: str = "/api/v1/devices") -> httpx2.Response:
    media = "application/problem+json" if status >= 400 else "application/json"
    request = httpx2.Request("GET", f"https://chat.localhost{path}")
    text = json.dumps(body).encode()
    return httpx2.Response(status, content=text, headers={"content-type": media}, request=request)


PROBLEM = {"type": "urn:x", "title": "X", "status": 401, "code": "no_session", "detail": "No."}


def test_control_an_answer_that_is_not_as_described_is_found() -> None:
    described = Described("chat")
    described.check(response(200, {"devices": []}))
    described.check(response(401, PROBLEM))
    assert described.seen == {("GET", "/api/v1/devices", status) for status in (200, 401)}
    for wrong in (
        response(200, {"devices": [{}]}),
        response(201, {"devices": []}),
        response(401, {**PROBLEM, "code": "moon_phase"}),
        response(401, {**PROBLEM, "status": 403}),
        response(200, {"devices": []}, "/api/v1/people"),
    ):
        with pytest.raises(AssertionError):
            described.check(wrong)
