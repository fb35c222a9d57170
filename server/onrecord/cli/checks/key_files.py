"""Are the keys there, whole, and their owner's alone?"""

import stat

from onrecord.app.settings.keys import log_policy, sealing_keys, server_key
from onrecord.app.settings.model import Settings
from onrecord.app.settings.paths import read_secret
from onrecord.cli.checks.finding import Finding, failed, ok, warning
from onrecord.core.domain.errors import RefuseToStart
from onrecord_archive.format.epoch_key import parse_opening_key
from onrecord_archive.format.errors import BadFormat


def check_keys(settings: Settings) -> list[Finding]:
    """Look at every key file and the policy."""
    return [
        _modes(settings),
        _log_keys(settings),
        _compliance(settings),
        _own_secrets(settings),
        _opening_keys(settings),
    ]


def _modes(settings: Settings) -> Finding:
    paths = settings.paths
    private = [path for folder in (paths.keys, paths.secrets) for path in folder.rglob("*")]
    private += [folder for folder in paths.folders() if folder.exists()]
    public = {paths.policy}
    open_to_others = [
        path for path in private if path not in public and path.stat().st_mode & stat.S_IRWXO
    ]
    if open_to_others:
        names = ", ".join(str(path) for path in open_to_others)
        return failed("modes", f"Others can read: {names}.", f"chmod -R o= {paths.root}")
    return ok("modes", "Keys and folders are closed to others.")


def _log_keys(settings: Settings) -> Finding:
    try:
        policy = log_policy(settings.paths)
    except RefuseToStart as error:
        return failed("log keys", str(error), error.diagnostics)
    return ok("log keys", f"The log {policy.origin} is signed with {len(policy.keys)} keys.")


def _compliance(settings: Settings) -> Finding:
    try:
        newest = sealing_keys(settings.paths)[-1]
    except RefuseToStart as error:
        return failed("compliance key", str(error), error.diagnostics)
    return ok("compliance key", f"Records are sealed to epoch {newest.epoch}.")


def _own_secrets(settings: Settings) -> Finding:
    try:
        server_key(settings.paths, None)  # the database's word: checks/database.py
        if settings.database.host is None:
            read_secret(settings.database.key_file)
        elif settings.database.password_file is not None:
            read_secret(settings.database.password_file)
    except RefuseToStart as error:
        return failed("secrets", str(error), error.diagnostics)
    return ok("secrets", "The server's own secrets are there.")


def _opening_keys(settings: Settings) -> Finding:
    """An opening key in the data directory opens the archive to whoever has the server."""
    found = []
    for path in settings.paths.root.rglob("*.key"):
        try:
            parse_opening_key(path.read_bytes())
        except (BadFormat, OSError):
            continue
        found.append(str(path))
    if found:
        return warning(
            "opening key",
            f"Whoever has this server opens the archive: {', '.join(found)}.",
            "Keep opening keys with compliance, away from the server, and remove them here.",
        )
    return ok("opening key", "No opening key lies in the data directory.")
