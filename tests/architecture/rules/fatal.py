"""Who catches every error lets Fatal through: nobody goes on after it (core/domain/errors.py)."""

import ast
from collections.abc import Iterator, Mapping

from tests.architecture.rules.source import Finding, nodes

FATAL = "Fatal"
WIDE = frozenset({"OnRecordError", "Exception", "BaseException"})
"""What catches Fatal as well."""
ENDS: Mapping[str, str] = {
    "server/onrecord/core/archiving/archiver.py": "tells the service that it ended, with the error",
    "server/onrecord/core/hooks/dispatcher.py": "closes a hook of somebody else's, at the end",
    "server/onrecord/core/archiving/integration.py": "hands it to the writer thread",
    "server/onrecord/cli/checks/database.py": "doctor reports it",
    "server/onrecord/cli/checks/key_stores.py": "another check of doctor reports it",
    "server/onrecord/cli/checks/samples.py": "another check of doctor reports it",
    "server/onrecord/cli/exits.py": "ends the command with its exit code",
    "server/onrecord/cli/supervisor.py": "ends what it supervises, and raises it then",
    "server/onrecord/app/sign_in.py": "is at the end already: what ended it all is raised",
    "server/onrecord/app/ending.py": "ends the service: it is what everything else raises to",
    "server/onrecord/app/inside.py": "raises it where the answer is read",
    "server/onrecord/app/offline.py": "raises it below, without the group around it",
    "server/onrecord/core/beat.py": "hands it to what ends the process",
    "server/onrecord/core/hooks/process/aside.py": "raises it where the answer is waited for",
    "server/onrecord/http/accepting.py": "ends one stranger's handshake, before any of ours runs",
    "server/onrecord/http/internal/application.py": "answers that it is not ready",
    "server/onrecord/features/uploads/uploads.py": "raises it where the upload is waited for",
}
"""Who catches it all the same, and what becomes of it."""


def swallowed(where: str, tree: ast.Module) -> Iterator[Finding]:
    """Each place that catches Fatal and goes on."""
    for node in nodes(tree):
        if isinstance(node, ast.Try):
            yield from _of_try(where, node)
        elif isinstance(node, ast.Call) and _suppresses(node):
            yield Finding(f"{where}:{node.lineno}", "suppresses Fatal as well")


def _of_try(where: str, node: ast.Try) -> Iterator[Finding]:
    for handler in node.handlers:
        caught, raises = _caught(handler), _raises(handler)
        if FATAL in caught and raises:
            return
        if caught & WIDE and not raises:
            yield Finding(f"{where}:{handler.lineno}", "catches Fatal as well, and goes on")


def _suppresses(node: ast.Call) -> bool:
    return _name(node.func) == "suppress" and bool(WIDE & set(map(_name, node.args)))


def _caught(handler: ast.ExceptHandler) -> set[str]:
    match handler.type:
        case None:
            return {"BaseException"}
        case ast.Tuple(elements):
            return {_name(each) for each in elements}
        case one:
            return {_name(one)}


def _name(node: ast.expr) -> str:
    match node:
        case ast.Name(name) | ast.Attribute(attr=name):
            return name
    return ""


def _raises(handler: ast.ExceptHandler) -> bool:
    return any(isinstance(each, ast.Raise) for body in handler.body for each in ast.walk(body))
