"""What keeps a server from starting: what a person mends (78), and what passes by itself (69)."""

import ast
from collections.abc import Iterator
from typing import Final

MENDED: Final = frozenset(
    {
        "address_refused",
        "archive_in_use",
        "archive_missing",
        "bad_development_ca",
        "bad_notice",
        "bad_settings",
        "certificate_unreadable",
        "client_missing",
        "data_not_writable",
        "database_key_damaged",
        "database_key_missing",
        "database_key_open",
        "database_missing",
        "database_not_durable",
        "database_password_missing",
        "database_refuses",
        "database_role_missing",
        "database_role_too_strong",
        "database_role_too_weak",
        "database_tls",
        "demo_damaged",
        "hook_unavailable",
        "journal_behind_archive",
        "journal_differs",
        "key_damaged",
        "key_exposed",
        "key_store_damaged",
        "key_store_incomplete",
        "key_store_missing",
        "key_store_tampered",
        "key_store_twice",
        "no_compliance_key",
        "no_temporary_folder",
        "not_a_demo",
        "not_installed",
        "permission_denied",
        "policy_damaged",
        "policy_unreadable",
        "schema_mismatch",
        "secret_exposed",
        "secret_unreadable",
        "too_few_descriptors",
        "wrong_user",
    }
)
"""Codes of what stays as it is until somebody acts. Before a code comes in here: could a power cut
of all machines, a backup that runs, or a second server leave a start with it, and then be over?"""
PASSES: Final = frozenset({"address_in_use", "address_missing", "database_unreachable", "in_use"})
"""Codes of what is over once another process, machine or network has come or gone."""


def refused(module: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield the class and the code of each refusal to start; "?" for a code that is no literal."""
    for node in ast.walk(module):
        match node:
            case ast.Call(func=ast.Name(id="RefuseToStart" | "NotNow" as kind), args=arguments):
                match arguments[:1]:
                    case [ast.Constant(value=str(code))]:
                        yield kind, code
                    case _:
                        yield kind, "?"


def misnamed(module: ast.Module) -> list[str]:
    """Return what refuses a start for good by a code that is not for a person, or the reverse."""
    return [
        f"{kind} {code}"
        for kind, code in refused(module)
        if (kind == "RefuseToStart" and code not in MENDED)
        or (kind == "NotNow" and code not in PASSES and code != "?")
    ]
