"""Clients' own copies and their leaving, on a recording, accounts and the console's thread."""

from onrecord.compose.accounts import Accounts
from onrecord.compose.recording import Recording, Surroundings
from onrecord.copies.desk import CopyDesk, CopyOptions
from onrecord.copies.maker import CopyMaker
from onrecord.core.threads import Threads
from onrecord.identity.clients.leaving import Leaving
from onrecord.settings.keys import log_policy
from onrecord.settings.model import Settings
from onrecord.storage.client_store import ClientStore
from onrecord.storage.copy_store import CopyStore
from onrecord_archive.bundle_write import Content


def copy_desk(
    settings: Settings,
    recording: Recording,
    who: Accounts,
    around: Surroundings,
    *,
    write: Threads,
    files: Content,
) -> CopyDesk:
    """Return the desk whose `run` belongs into the task tree; *write*: the thread for exports."""
    policy = log_policy(settings.paths)
    store = CopyStore(recording.database)
    desk = CopyDesk(
        store=store,
        read=recording.read,
        write=write,
        entries=who.means.entries,
        maker=CopyMaker(store, settings.archive.directory, policy, files),
        clock=around.clock,
        log=around.log,
        options=CopyOptions(settings.paths.run / "copies"),
    )
    who.people.on_end(desk.end_of)
    return desk


def leaving(recording: Recording, who: Accounts) -> Leaving:
    """Return the use case by which a client ends the relationship."""
    return Leaving(who.means, ClientStore(recording.database), recording.recorder)
