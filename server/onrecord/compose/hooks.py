"""The hooks that the settings name, and the auditor: what reads the archive beside the server."""

import random
from collections.abc import Callable
from functools import partial
from pathlib import Path

from onrecord.archiving.audit_place import PlaceFile
from onrecord.archiving.auditor import Auditor, first_of
from onrecord.archiving.dispatcher import Dispatcher
from onrecord.archiving.hook_figures import HookFigures
from onrecord.archiving.hook_pauses import Pauses
from onrecord.archiving.hook_ports import HookSetting
from onrecord.archiving.hook_source import ArchiveSource
from onrecord.archiving.hook_tools import HookTools
from onrecord.archiving.key_audit import KeyAudit
from onrecord.compose.key_stores import check_key_stores, registered
from onrecord.compose.recording import Recording, Surroundings
from onrecord.domain.errors import Fatal, RefuseToStart, Unavailable
from onrecord.edge.internal.application import Check, Remark
from onrecord.settings.model import Settings
from onrecord.settings.options import audit_options
from onrecord.storage.audit_store import AuditStore
from onrecord.storage.hook_store import HookStore
from onrecord.storage.key_use_store import KeyUseStore
from onrecord.storage.stubs import waiting
from onrecord_archive.checkpoint import Policy, parse_policy
from onrecord_archive.contract import HookError
from onrecord_archive.errors import Corrupt
from onrecord_archive.reader.archive import Archive
from onrecord_archive.registry import HookUnavailable, open_hook


def dispatcher(settings: Settings, recording: Recording, around: Surroundings) -> Dispatcher:
    """Open the hooks. Raises RefuseToStart (`hook_unavailable`)."""
    store = HookStore(recording.database)
    tools = HookTools(
        source=ArchiveSource(Archive(settings.archive.directory)),
        bodies=store,
        store=store,
        threads=recording.read,
        clock=around.clock,
        log=around.log,
        random=random.random,
        pauses=Pauses(),
    )
    return Dispatcher(_hooks(settings), tools=tools, recorder=recording.recorder)


def auditor(settings: Settings, recording: Recording, around: Surroundings) -> Auditor:
    """Make the auditor. Raises RefuseToStart (`policy_unreadable`)."""
    return Auditor(
        settings.archive.directory,
        policy=_policy(settings.paths.policy),
        keys=KeyAudit(registered(settings), settings.keys.lost_below),
        store=AuditStore(recording.database),
        readers=recording.read,
        clock=around.clock,
        options=audit_options(settings),
        place=PlaceFile(settings.paths.run / "audit.json"),
    )


async def run_hooks(hooks: Dispatcher, on_failure: Callable[[Exception], None]) -> None:
    """Deliver until cancelled; *on_failure* is told what must stop the service."""
    try:
        await hooks.run()
    except* (Fatal, Corrupt) as failures:
        on_failure(first_of(failures))


def checks(settings: Settings, recording: Recording, hooks: Dispatcher) -> dict[str, Check]:
    """Return what readiness asks: database, archive, key stores, each hook.

    Remarks: `closed_for_recovery` after `onrecord adopt` until compliance's key came, `plaintext`
    and `record_refused` of a hook.
    """
    keys = KeyUseStore(recording.database)

    async def database() -> None:
        await recording.read(recording.store.position)

    async def archive() -> None:
        refusal = recording.archiver.unavailable()
        if refusal is not None:
            raise refusal

    async def key_stores() -> None:
        used = await recording.read(keys.sample, settings.keys.lost_below)
        await recording.read(check_key_stores, recording.key_stores, used)

    async def hook(figures: HookFigures) -> None:
        try:
            await hooks.ping(figures.hook)
        except HookError as error:
            raise Unavailable("hook_unavailable", "The hook's other side is away.") from error
        if figures.blocked_streams:
            raise Remark("record_refused")
        if figures.plaintext:
            raise Remark("plaintext")

    async def recovery() -> None:
        raise Remark("closed_for_recovery")

    named: dict[str, Check] = {f"hook {each.hook}": partial(hook, each) for each in hooks.figures()}
    if waiting(recording.database):
        named["recovery"] = recovery
    return {"database": database, "archive": archive, "key_stores": key_stores, **named}


def _hooks(settings: Settings) -> list[HookSetting]:
    hooks = []
    for name, chosen in settings.hooks.items():
        try:
            hook = open_hook(name, chosen.kind, chosen.options)
        except HookUnavailable as error:
            raise RefuseToStart("hook_unavailable", str(error), error.diagnostics) from error
        hooks.append(HookSetting(name, hook, chosen.plaintext, chosen.timeout_s))
    return hooks


def _policy(path: Path) -> Policy:
    try:
        return parse_policy(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RefuseToStart(
            "policy_unreadable",
            f"{path} cannot be read: {error.strerror}.",
            "Restore it from a backup: without it nobody can verify the archive.",
        ) from error
