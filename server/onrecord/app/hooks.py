"""The hooks that the settings name, and the auditor: what reads the archive beside the server."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from onrecord.app.key_stores import check_key_stores, registered
from onrecord.app.measuring import Measuring
from onrecord.app.recording import Recording, Served, Surroundings
from onrecord.app.root import Root
from onrecord.app.settings.keys import log_policy
from onrecord.app.settings.load import own_paths, tls_policy_file
from onrecord.app.settings.model import Hook as Chosen
from onrecord.app.settings.model import Settings
from onrecord.app.settings.options import audit_options
from onrecord.core.archiving.audit_place import PlaceFile
from onrecord.core.archiving.auditor import Auditor
from onrecord.core.archiving.block_audit import BlockAudit
from onrecord.core.archiving.key_audit import KeyAudit
from onrecord.core.domain.errors import RefuseToStart
from onrecord.core.domain.values import Actor
from onrecord.core.hooks.dispatcher import Dispatcher
from onrecord.core.hooks.figures import HookFigures
from onrecord.core.hooks.orders import HookOrders
from onrecord.core.hooks.pauses import Pauses
from onrecord.core.hooks.permitted import opening_of, people_of, require_whole_log
from onrecord.core.hooks.ports import HookSetting
from onrecord.core.hooks.process.confine import can_confine
from onrecord.core.hooks.process.hook import in_a_process
from onrecord.core.hooks.process.process import Plan
from onrecord.core.hooks.reading import Reading
from onrecord.core.hooks.sight import Allowed
from onrecord.core.hooks.source import ArchiveSource
from onrecord.core.hooks.tools import HookTools
from onrecord.core.store.audit import AuditStore
from onrecord.core.store.key_use import KeyUseStore
from onrecord.core.store.stubs import waiting
from onrecord.features.chat.service import ReadStore
from onrecord.features.hooks.conditions import condition_of
from onrecord.features.hooks.routes import HookRoutes
from onrecord.features.hooks.store import HookStore
from onrecord.features.people.store import IdentityStore
from onrecord.features.sign_in.service import spelling
from onrecord.http.internal.application import Check, Remark
from onrecord.observability.logs import Log
from onrecord_archive.contract import Filter, Hook, Unacknowledged
from onrecord_archive.reader.archive import Archive
from onrecord_archive.registry import HookUnavailable


def install(root: Root) -> None:
    """Open the hooks, and read the archive again. First: raises RefuseToStart (`hook_unavailable`).

    The auditor: RefuseToStart (`policy_unreadable`, `policy_damaged`).
    """
    root.makes(
        Dispatcher, lambda it: dispatcher(it.settings, it.recording, it.around, it[IdentityStore])
    )
    root.makes(Auditor, lambda it: auditor(it.settings, it.recording, it.around))
    root.makes(
        Measuring,
        lambda it: Measuring(it.around, it[Served], it[Dispatcher], it[Auditor]),
    )
    root.serves("console", _routes)
    root.first(_open)
    root.runs(
        lambda it: it[Measuring].run(),
        lambda it: it[Dispatcher].run(),
        lambda it: it[Auditor].run(it.around.on_fatal),
    )


async def _open(root: Root) -> None:
    found = checks(root.settings, root[Served], root[Dispatcher], root[ReadStore])
    for name, check in found.items():
        root.asks(name, check)


def _routes(root: Root) -> HookRoutes:
    clock, recorder = root.around.clock, root.recording.recorder
    return HookRoutes(HookOrders(root[Dispatcher], recorder=recorder, clock=clock), clock)


def dispatcher(
    settings: Settings, recording: Recording, around: Surroundings, people: IdentityStore
) -> Dispatcher:
    """Open the hooks. Raises RefuseToStart (`hook_unavailable`)."""
    hooks = _hooks(settings, around.log, _people(settings, people))
    store = HookStore(recording.database)
    source = ArchiveSource(Archive(settings.archive.directory))
    tools = HookTools(
        reading=Reading(source, store, recording.read),
        store=store,
        recorder=recording.recorder,
        threads=recording.read,
        clock=around.clock,
        log=around.log,
        pauses=Pauses(),
    )
    return Dispatcher(hooks, tools=tools, hold=recording.publishing.deliver.hold)


def auditor(settings: Settings, recording: Recording, around: Surroundings) -> Auditor:
    """Make the auditor. Raises RefuseToStart (`policy_unreadable`, `policy_damaged`)."""
    keys = KeyAudit(registered(settings), settings.keys.lost_below)
    return Auditor(
        settings.archive.directory,
        policy=log_policy(settings.paths),
        blocks=BlockAudit(keys, AuditStore(recording.database)),
        readers=recording.read,
        clock=around.clock,
        options=audit_options(settings),
        place=PlaceFile(settings.paths.run / "audit.json"),
    )


def checks(
    settings: Settings, recording: Served, hooks: Dispatcher, reads: ReadStore
) -> dict[str, Check]:
    """Return what readiness asks: database, key stores, each hook (core/domain/conditions.py).

    `closed_for_recovery` holds after `onrecord adopt` until compliance's key came.
    """
    keys = KeyUseStore(recording.database)

    async def database() -> None:
        await recording.read(reads.position)

    async def key_stores() -> None:
        used = await recording.read(keys.sample, settings.keys.lost_below)
        await recording.read(check_key_stores, recording.archiving.key_stores, used)

    async def recovery() -> None:
        raise Remark("closed_for_recovery")

    named: dict[str, Check] = {
        f"hook {each.hook}": partial(_check, hooks, each) for each in hooks.figures()
    }
    if waiting(recording.database):
        named["recovery"] = recovery
    return {"database": database, "key_stores": key_stores, **named}


async def _check(hooks: Dispatcher, figures: HookFigures) -> None:
    """Remark on the most serious condition of a hook."""
    if code := await condition_of(hooks, figures):
        raise Remark(code)


def _hooks(settings: Settings, log: Log, people: Mapping[str, Actor]) -> list[HookSetting]:
    hooks = []
    for name, chosen in settings.hooks.items():
        opening = opening_of(name, chosen.sees, chosen.without)
        whose = people_of(name, map(spelling, chosen.people), people)
        hook = _in_a_process(settings, name, chosen, log)
        limits = Filter(chosen.classes, chosen.streams, chosen.types)
        require_whole_log(name, hook, limits, chosen.people)
        if isinstance(hook, Unacknowledged) and chosen.max_unshipped_age_s:
            detail = f"hook {name}: its other side never answers, so nothing can wait for it"
            advice = f"Take max_unshipped_age_s of hook {name} out of the settings."
            raise RefuseToStart("hook_unavailable", detail, advice)
        hooks.append(
            HookSetting(
                name,
                hook,
                Allowed(opening, limits, whose),
                timeout_s=chosen.timeout_s,
                compare_hours=chosen.compare_hours,
                max_unshipped_age_s=chosen.max_unshipped_age_s,
                destination=_destination(chosen),
            )
        )
    return hooks


def _destination(chosen: Chosen) -> tuple[str, ...]:
    options = (f"{name}={value}" for name, value in sorted(chosen.options.items()))
    return chosen.kind, *options


def _people(settings: Settings, store: IdentityStore) -> dict[str, Actor]:
    """Return everyone by user name and by id, where a hook names people.

    An account that has ended has its name still: a hook's people do not end with it.
    """
    if not any(chosen.people for chosen in settings.hooks.values()):
        return {}
    everyone = store.people()
    names = {each.username: each.actor for each in everyone if each.username is not None}
    return {**names, **{each.id: each.actor for each in everyone}}


def _in_a_process(settings: Settings, name: str, chosen: Chosen, log: Log) -> Hook:
    if not can_confine() and not chosen.user:
        if chosen.sees != "sealed":
            raise RefuseToStart("hook_unavailable", *unconfined(name))
        log.warning("hook_not_confined", hook=name)
    paths = settings.paths
    plan = Plan(
        name,
        chosen.kind,
        chosen.options,
        output=paths.run / "hooks" / f"{name}.log",
        private=private_places(settings),
        memory=chosen.memory_mb * 1024 * 1024,
        user=chosen.user,
        tls_policy=tls_policy_file(),
    )
    try:
        return in_a_process(plan, log)
    except HookUnavailable as error:
        raise RefuseToStart("hook_unavailable", str(error), error.diagnostics) from error


def unconfined(name: str) -> tuple[str, str]:
    """Return what is wrong with a hook that sees more than it may unconfined, and what to do."""
    return (
        f"hook {name}: it sees records opened, and nothing keeps it from the server's files",
        f"Use Linux 5.13 or newer with Landlock, set hooks.{name}.user, or take `sees` away.",
    )


def private_places(settings: Settings) -> tuple[Path, ...]:
    """Return the files and folders that no hook may reach, whatever its options say.

    Compliance's keys are public, but all is sealed to what is in their folder: a hook that could
    write there could add a key of its own.
    """
    paths = settings.paths
    whole = (paths.db, paths.log_keys, paths.compliance_keys, paths.tls, paths.run)
    single = (paths.settings, paths.server_key, paths.demo_mark)
    return (*whole, *single, *own_paths(settings))
