"""Writes docs/openapi-*.json: the REST sides as OpenAPI 3.1, from what each route says of itself.

Routes, who may call them and what they take and give: onrecord.http (operations.py). Bodies:
each feature's. Statuses: the classes of the refusals that carry a code. Run `make reference`; tests
hold the files to what this makes, the routes in service to the files, and answers to the schemas.
"""

import inspect
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final, Protocol

import msgspec
from msgspec.inspect import LiteralType, StructType, UnionType, type_info

from onrecord.app.generate import tidy
from onrecord.core.roles.permission import HOLDERS
from onrecord.core.roles.table import TABLE, permission
from onrecord.features.broadcasts.routes import BroadcastRoutes
from onrecord.features.chat.routes import ReadingRoutes
from onrecord.features.chat.starting_routes import StartingRoutes
from onrecord.features.clients.assurance_routes import AssuringRoutes
from onrecord.features.clients.coming_in_routes import ChoiceRoutes, ComingInRoutes
from onrecord.features.clients.invite_routes import InvitingRoutes
from onrecord.features.clients.passkey_routes import PasskeyRoutes
from onrecord.features.clients.reset_routes import ResetRoutes
from onrecord.features.complaints.routes import ComplaintRoutes
from onrecord.features.compliance.picking_routes import PickingRoutes
from onrecord.features.compliance.routes import CaseRoutes
from onrecord.features.compliance.sampling_routes import SampleRoutes
from onrecord.features.export.routes import ExportRoutes
from onrecord.features.groups.routes import GroupRoutes
from onrecord.features.hooks.routes import HookRoutes
from onrecord.features.hours.own_routes import ColleagueRoutes, OwnHoursRoutes
from onrecord.features.hours.routes import OfficeHoursRoutes
from onrecord.features.notices.routes import NoticeRoutes
from onrecord.features.notifications.push_routes import PushRoutes
from onrecord.features.own_copy.routes import CopyRoutes
from onrecord.features.people.approval_routes import ApprovalRoutes
from onrecord.features.people.console_routes import AdministrationRoutes
from onrecord.features.people.firm_routes import FirmRoutes
from onrecord.features.people.import_routes import ImportRoutes
from onrecord.features.people.picture_routes import LookRoutes, PictureRoutes
from onrecord.features.people.status_routes import StatusRoutes
from onrecord.features.relationships.routes import RelationshipRoutes
from onrecord.features.reports.console_routes import ReportRoutes
from onrecord.features.reports.routes import ReportingRoutes
from onrecord.features.scheduled.routes import SchedulingRoutes
from onrecord.features.sign_in.device_routes import SignedInDeviceRoutes
from onrecord.features.sign_in.lock_routes import LockRoutes
from onrecord.features.sign_in.login_routes import LoginRoutes
from onrecord.features.sign_in.routes import MeRoutes, OwnSessionRoutes, SignInRoutes
from onrecord.features.sign_in.socket_routes import SocketRoutes
from onrecord.features.sign_in.token_routes import OwnTokenRoutes
from onrecord.features.uploads.routes import FilingRoutes
from onrecord.features.waiting.routes import WaitingRoutes
from onrecord.http import problems
from onrecord.http.cookies import NAMES
from onrecord.http.internal.application import InternalRoutes
from onrecord.http.internal.break_glass import GlassRoutes
from onrecord.http.operations import Answer, Operation, operation_of
from onrecord.http.routes import Anyone, Entry, ForSignedIn, Hello
from onrecord.protocol import frames
from onrecord.protocol.problems import Problem
from tools.openapi_codes import by_status, codes_of, names_in

Json = dict[str, Any]
ROOT: Final = Path(__file__).parents[1]


class Part(Protocol):
    """Some routes. Its table reads no collaborator, so the table can be had without a server."""

    def table(self) -> list[Entry]:
        """Return the routes."""


PARTS: Final[dict[str, tuple[type[Part], ...]]] = {
    "chat": (
        SignInRoutes,
        MeRoutes,
        OwnSessionRoutes,
        ReadingRoutes,
        CopyRoutes,
        StartingRoutes,
        GroupRoutes,
        BroadcastRoutes,
        ReportingRoutes,
        SchedulingRoutes,
        OwnTokenRoutes,
        SocketRoutes,
        InvitingRoutes,
        ComingInRoutes,
        ChoiceRoutes,
        FirmRoutes,
        PasskeyRoutes,
        LockRoutes,
        AssuringRoutes,
        ResetRoutes,
        PictureRoutes,
        OwnHoursRoutes,
        ColleagueRoutes,
        StatusRoutes,
        PushRoutes,
        FilingRoutes,
    ),
    "console": (
        SignInRoutes,
        MeRoutes,
        OwnSessionRoutes,
        CaseRoutes,
        ExportRoutes,
        PickingRoutes,
        ComplaintRoutes,
        ReportRoutes,
        SampleRoutes,
        LoginRoutes,
        AdministrationRoutes,
        ApprovalRoutes,
        RelationshipRoutes,
        HookRoutes,
        SignedInDeviceRoutes,
        ImportRoutes,
        LookRoutes,
        PictureRoutes,
        NoticeRoutes,
        OfficeHoursRoutes,
        OwnHoursRoutes,
        WaitingRoutes,
    ),
    "internal": (InternalRoutes, GlassRoutes),
}
FOR: Final = {
    "chat": "employees and clients",
    "console": "compliance, auditors and administrators",
    "internal": "the people who run the service",
}
HEAD: Final = (
    "The listener of OnRecord for {}. What it all means stands in server/README.md. Every answer "
    "from 400 on is a problem (RFC 9457) with a stable `code`; what to do about each stands there "
    "too. An optional member is absent, never null."
)
PATH_PARAMETERS: Final[dict[str, Json]] = {
    **{name: {"type": "string"} for name in ("code", "device", "id", "invite", "name", "passkey")},
    **{
        name: {"type": "string", "pattern": "^[0-9a-f]{32}$"}
        for name in ("conv", "event_id", "person", "session", "scheduled", "token", "upload")
    },
    "case": {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"},
    "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    **{
        name: {"type": "integer", "minimum": 0, "maximum": 2**53 - 1}
        for name in ("entry", "number")
    },
}


def entries(listener: str) -> list[Entry]:
    """Return a listener's routes, as it serves them but for the client's files."""
    return [entry for part in PARTS[listener] for entry in _bare(part, listener).table()]


@cache
def ways() -> dict[str, list[str]]:
    """Return what does each action of the table of roles: `GET /path`, or the frame `> send`."""
    named = {frame for row in TABLE for frame in row.frames}
    found = {
        row.action: [
            f"> {way}"
            for frame in row.frames
            for way in _with_ops(frame)
            if way == frame or way not in named
        ]
        for row in TABLE
    }
    for entry in reversed([*entries("chat"), *entries("console")]):
        if isinstance(entry, ForSignedIn):
            found[entry.action].insert(0, f"{entry.method} {entry.path}")
    return found


def _with_ops(frame: str) -> list[str]:
    """Return a frame with each of its `op`, as its type has them; alone, where it has none."""
    kinds = type_info(frames.AnyClientFrame)
    assert isinstance(kinds, UnionType)
    ops = [
        f"{frame} {op}"
        for kind in kinds.types
        if isinstance(kind, StructType) and kind.tag == frame
        for field in kind.fields
        if field.name == "op" and isinstance(field.type, LiteralType)
        for op in field.type.values
    ]
    return ops or [frame]


def _bare(part: type[Part], listener: str) -> Part:
    """Return a part with nothing in it but which listener it is of, where it is of both."""
    bare = part.__new__(part)
    if part in (MeRoutes, OwnSessionRoutes, PictureRoutes, OwnHoursRoutes):
        object.__setattr__(bare, "audience", listener)
    return bare


def roles(entry: ForSignedIn) -> list[str]:
    """Return who gets past the guard of a route."""
    row = permission(entry.action)
    return [role for role in HOLDERS if row.allows(role)]


def document(listener: str, table: Iterable[Entry] | None = None) -> Json:
    """Return the OpenAPI document of a listener. Raises LookupError for what is not said."""
    writer = _Writer(listener)
    paths: dict[str, Json] = defaultdict(dict)
    for entry in entries(listener) if table is None else table:
        method = "get" if isinstance(entry, Hello) else entry.method.lower()
        paths[entry.path][method] = writer.operation(entry)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"OnRecord, {listener}",
            "version": "1",
            "description": HEAD.format(FOR[listener]),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": _servers(listener),
        "paths": {path: paths[path] for path in sorted(paths)},
        "components": writer.components(),
    }


@cache
def text(listener: str) -> str:
    """Return the document's file as it must stand in docs/."""
    return json.dumps(document(listener), indent=1, ensure_ascii=False) + "\n"


def file_of(listener: str) -> Path:
    """Return where the document stands."""
    return ROOT / "docs" / f"openapi-{listener}.json"


def stale(files: dict[str, Path] | None = None) -> list[str]:
    """Return the listeners whose files are not what they should be."""
    where = files or {listener: file_of(listener) for listener in PARTS}
    return [name for name, file in where.items() if file.read_text("utf-8") != text(name)]


class _Writer:
    """One document's operations; collects the types that they name."""

    def __init__(self, listener: str) -> None:
        self._listener = listener
        self._site = listener != "internal"
        self._types: list[Any] = [Problem]
        self._problems: dict[tuple[int, tuple[str, ...]], str] = {}

    def operation(self, entry: Entry) -> Json:
        said = operation_of(entry.handler)
        summary = inspect.getdoc(entry.handler)
        if summary is None or not (said.answers or isinstance(entry, Hello)):
            raise LookupError(f"{entry.path} does not say what it does and answers")
        method = "GET" if isinstance(entry, Hello) else entry.method
        written: Json = {
            "operationId": _name(method, entry.path),
            "summary": summary.partition("\n")[0],
            "description": self._who(entry),
            "tags": [_tag(entry.path)],
            "parameters": self._parameters(method, entry.path, said),
        }
        if said.takes is not None:
            content = {"application/json": {"schema": self._schema(said.takes)}}
            written["requestBody"] = {"required": said.required, "content": content}
        written["responses"] = self._answers(entry, said)
        for status, codes in by_status(codes_of(entry, site=self._site)).items():
            written["responses"].setdefault(str(status), self._problem(status, codes))
        written["security"] = self._security(entry, said)
        if isinstance(entry, ForSignedIn):
            written["x-action"] = entry.action
            written["x-roles"] = roles(entry)
        return written

    def components(self) -> Json:
        _, schemas = msgspec.json.schema_components(
            self._types, ref_template="#/components/schemas/{name}"
        )
        made: Json = {"schemas": {name: tidy(schemas[name]) for name in sorted(schemas)}}
        made["responses"] = {
            name: _problem(status, codes)
            for (status, codes), name in sorted(self._problems.items())
        }
        if self._site:
            made["securitySchemes"] = _schemes(self._listener)
            made["parameters"] = _HEADERS
        return made

    def _schema(self, kind: object) -> object:
        (root,), _ = msgspec.json.schema_components(
            [kind], ref_template="#/components/schemas/{name}"
        )
        self._types.append(kind)
        return tidy(root)

    def _problem(self, status: int, codes: Sequence[str]) -> Json:
        """Refer to the problem of a status with these codes, which other routes may share.

        It is named by its codes, or by their hash where they are many: no route renames another's.
        """
        joined = ".".join(codes)
        short = joined if len(codes) <= 3 else sha256(joined.encode()).hexdigest()[:8]
        name = self._problems.setdefault((status, tuple(codes)), f"Problem{status}.{short}")
        return {"$ref": f"#/components/responses/{name}"}

    def _who(self, entry: Entry) -> str:
        if isinstance(entry, Hello):
            return (
                "A WebSocket of subprotocol onrecord.v1. No session is needed to open it: its "
                "first frame, `hello`, carries a one-time ticket (pages) or a token (scripts and "
                "bots). Its frames: docs/wire.md."
            )
        if isinstance(entry, Anyone):
            return "For anybody." if self._site else "For anyone who reaches the listener."
        return f"For: {', '.join(roles(entry))}. {permission(entry.action).says}."

    def _parameters(self, method: str, path: str, said: Operation) -> list[Json]:
        made: list[Json] = [
            {"name": name, "in": "path", "required": True, "schema": PATH_PARAMETERS[name]}
            for name in names_in(path)
        ]
        for name, parameter in said.query.items():
            made.append(
                {
                    "name": name,
                    "in": "query",
                    "description": parameter.about,
                    "required": parameter.required,
                    "schema": parameter.schema,
                }
            )
        if self._site and method != "GET":
            made += [{"$ref": f"#/components/parameters/{name}"} for name in _HEADERS]
        return made

    def _answers(self, entry: Entry, said: Operation) -> Json:
        if isinstance(entry, Hello):
            return {"101": {"description": "Switching Protocols"}}
        made: Json = {}
        for answer in said.answers:
            response = made.setdefault(str(answer.status), {"description": _phrase(answer.status)})
            if answer.media:
                response.setdefault("content", {})[answer.media] = self._content(answer)
        return made

    def _content(self, answer: Answer) -> Json:
        return {} if answer.body is None else {"schema": self._schema(answer.body)}

    def _security(self, entry: Entry, said: Operation) -> list[Json]:
        if not isinstance(entry, ForSignedIn):
            return []
        if self._listener == "chat" and "session_needed" in said.refuses:
            return [{"session": []}]
        return [{"session": []}, {"token": []}]


def _phrase(status: int) -> str:
    """Return RFC 9110's name of a status; Python has two of them since 3.13 only."""
    return {413: "Content Too Large", 416: "Range Not Satisfiable"}.get(
        status, HTTPStatus(status).phrase
    )


def _problem(status: int, codes: Sequence[str]) -> Json:
    schema = {
        "allOf": [
            {"$ref": "#/components/schemas/Problem"},
            {"properties": {"code": {"enum": list(codes)}, "status": {"const": status}}},
        ]
    }
    made: Json = {
        "description": _phrase(status),
        "content": {problems.MEDIA_TYPE: {"schema": schema}},
    }
    if status in (429, 503):
        about = "Seconds to wait, where it is known."
        made["headers"] = {"Retry-After": {"description": about, "schema": {"type": "integer"}}}
    return made


_HEADERS: Final[dict[str, Json]] = {
    "Origin": {
        "name": "Origin",
        "in": "header",
        "description": "The site's own; browsers send it. Not needed with a token.",
        "schema": {"type": "string", "format": "uri"},
    },
    "SecFetchSite": {
        "name": "Sec-Fetch-Site",
        "in": "header",
        "description": "Browsers send it. Not needed with a token.",
        "schema": {"const": "same-origin"},
    },
}


def _schemes(listener: str) -> Json:
    token = {
        "chat": "For scripts and bots: made in the chat, under Devices.",
        "console": "For the command line: `onrecord login`, 15 minutes.",
    }
    cookie = NAMES["chat"] if listener == "chat" else NAMES["console"]
    return {
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": cookie,
            "description": "Set by POST /api/v1/sign-in. HttpOnly, Secure, SameSite=Strict.",
        },
        "token": {"type": "http", "scheme": "bearer", "description": token[listener]},
    }


def _servers(listener: str) -> list[Json]:
    if listener == "internal":
        return [{"url": "http://localhost", "description": "A UNIX socket of its owner alone."}]
    default = f"{listener}.localhost:{'8443' if listener == 'chat' else '8444'}"
    return [{"url": "https://{host}", "variables": {"host": {"default": default}}}]


def _name(method: str, path: str) -> str:
    words = re.findall(r"\w+", path.removeprefix("/api/v1"))
    return "_".join([method.lower(), *words])


def _tag(path: str) -> str:
    return path.removeprefix("/api/v1").split("/")[1]


if __name__ == "__main__":
    for each in PARTS:
        file_of(each).write_text(text(each), encoding="utf-8")
