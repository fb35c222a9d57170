"""Clients' own copies and their leaving, on a recording, accounts and the console's thread."""

from onrecord.app.accounts import Accounts
from onrecord.app.recording import Recording, Surroundings
from onrecord.app.settings.keys import log_policy
from onrecord.app.settings.model import Settings
from onrecord.core.threads import Threads
from onrecord.features.clients.leaving import Leaving
from onrecord.features.clients.store import ClientStore
from onrecord.features.own_copy.desk import CopyDesk, CopyOptions
from onrecord.features.own_copy.maker import CopyMaker
from onrecord.features.own_copy.store import CopyStore
from onrecord_archive.proof_package.writing import Content


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
