"""Clients' own copies and their leaving, on a recording, accounts and the console's thread."""

from onrecord.app.accounts import Accounts
from onrecord.app.recording import Recording, Surroundings
from onrecord.app.settings.keys import log_policy
from onrecord.app.settings.model import Settings
from onrecord.core.threads import Threads
from onrecord.features.clients.leaving import Leaving
from onrecord.features.clients.store import ClientStore
from onrecord.features.own_copy.desk import CopyDesk, copy_jobs
from onrecord.features.own_copy.maker import CopyMaker
from onrecord.features.own_copy.store import CopyStore
from onrecord.features.proof_packages.service import JobOptions
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
    jobs = copy_jobs(
        CopyMaker(store, settings.archive.directory, policy, files),
        who.means.entries,
        read=recording.read,
        write=write,
        clock=around.clock,
        log=around.log,
        options=JobOptions(settings.paths.run / "copies"),
    )
    desk = CopyDesk(store=store, jobs=jobs, read=recording.read, clock=around.clock)
    who.people.on_end(desk.end_of)
    return desk


def leaving(recording: Recording, who: Accounts) -> Leaving:
    """Return the use case by which a client ends the relationship."""
    return Leaving(who.means, ClientStore(recording.database), recording.recorder)
