"""From the settings to the options that each subsystem declares."""

from collections.abc import Mapping
from datetime import timedelta

from onrecord.app.settings.model import Settings
from onrecord.core.archiving.auditor import AuditOptions
from onrecord.core.domain.complaints import ComplaintRules
from onrecord.core.journal.case import Rule, Rules
from onrecord.core.journal.slots import Moves
from onrecord.core.roles.table import permits
from onrecord.database.options import PostgresqlOptions, SqlcipherOptions, StorageOptions
from onrecord.features.complaints.categories import offered
from onrecord.features.hours.working_days import WorkingDays
from onrecord.features.sign_in.passwords import HashOptions
from onrecord.features.sign_in.sessions import SessionOptions
from onrecord.http.admission import AdmissionOptions
from onrecord.http.options import ProxyOptions, ServerOptions
from onrecord.protocol.limits import WireLimits
from onrecord_archive.events.payload import Payload


def storage_options(settings: Settings) -> StorageOptions:
    """Where the live store is."""
    database = settings.database
    if database.host is None:
        return StorageOptions(
            SqlcipherOptions(
                path=settings.paths.database,
                key_file=database.key_file,
                cache_mib=database.cache_mib,
            ),
            readers=database.readers,
        )
    return StorageOptions(
        PostgresqlOptions(
            host=database.host,
            database=database.name,
            user=database.user,
            port=database.port,
            password_file=database.password_file,
            ca_file=database.ca_file,
            service_role=database.service_role,
            unsafe_without_fsync=database.unsafe_without_fsync,
        ),
        readers=database.readers,
    )


def audit_options(settings: Settings) -> AuditOptions:
    """How often the archive is reread."""
    chosen = settings.audit
    return AuditOptions(
        recent=timedelta(minutes=chosen.recent_minutes),
        every=timedelta(minutes=chosen.every_minutes),
        whole=timedelta(hours=chosen.whole_hours),
    )


def rules(
    events: Mapping[type[Payload], Rule], moves: Moves, settings: Settings, working: WorkingDays
) -> Rules:
    """What people may do in conversations, by the rules of all types of events."""
    chosen = settings.conversations
    edit_window = timedelta(minutes=chosen.edit_window_minutes)
    complaints = complaint_rules(settings, working)
    return Rules(events, permits, moves, edit_window, chosen.group_size, complaints)


def complaint_rules(settings: Settings, working: WorkingDays) -> ComplaintRules:
    """What a complaint can be about, and in what time it is answered."""
    chosen = settings.complaints
    return ComplaintRules(
        timedelta(days=chosen.answer_days),
        offered(chosen.categories),
        working.after if chosen.days == "working" else None,
    )


def wire_limits(settings: Settings) -> WireLimits:
    """How much a person or a socket may send."""
    chosen = settings.limits
    return WireLimits(
        edit_window_s=settings.conversations.edit_window_minutes * 60,
        messages_per_minute=chosen.messages_per_minute,
        burst=chosen.burst,
        frames_per_second=chosen.frames_per_second,
        frame_bytes=chosen.frame_bytes,
        text_bytes=chosen.text_bytes,
        text_json_bytes=chosen.text_json_bytes,
        events_frame_bytes=chosen.events_frame_bytes,
        sockets_per_person=chosen.sockets_per_person,
        queue_bytes=chosen.queue_bytes,
        queue_events=chosen.queue_events,
        heartbeat_s=chosen.heartbeat_s,
        resume_entries=chosen.resume_entries,
    )


def proxy_options(settings: Settings) -> ProxyOptions:
    """Whose word on who connects is taken."""
    return ProxyOptions(settings.proxies.networks, settings.proxies.says)


def server_options(settings: Settings, connections: int) -> ServerOptions:
    """How every listener behaves: whoever is silent for two heartbeats is gone.

    *connections*: how many there may be, all together, of which no network's strangers have more
    than half: a machine that allows few files leaves others room as well.
    """
    chosen = settings.limits
    of_one = min(chosen.connections_per_network, connections // 2)
    return ServerOptions(
        frame_bytes=chosen.frame_bytes,
        ping_s=chosen.heartbeat_s,
        pong_s=chosen.heartbeat_s,
        parts_per_second=chosen.frames_per_second,
        proxies=proxy_options(settings),
        admission=AdmissionOptions(of_one, total=connections),
    )


CODE_ALONE = timedelta(days=14)
"""How long a client's session stands once their period is over, for a code and nothing else."""


def session_options(settings: Settings) -> SessionOptions:
    """How long a sign-in lasts."""
    chosen, clients = settings.sessions, settings.clients
    longest, period = timedelta(days=clients.session_max_days), timedelta(clients.reverify_days)
    return SessionOptions(
        absolute=timedelta(minutes=chosen.absolute_minutes),
        idle=timedelta(minutes=chosen.idle_minutes),
        client_absolute=longest if longest < period else period + CODE_ALONE,
        client_idle=timedelta(days=clients.session_idle_days),
    )


def hash_options(settings: Settings) -> HashOptions:
    """What a guess at a password costs."""
    chosen = settings.passwords
    return HashOptions(
        time_cost=chosen.passes, memory_kib=chosen.memory_mib * 1024, lanes=chosen.lanes
    )
