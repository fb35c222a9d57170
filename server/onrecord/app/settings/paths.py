"""The data directory: where everything of one installation lies."""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from onrecord.core.domain.errors import RefuseToStart

PRIVATE_DIRECTORY = 0o700
PRIVATE_FILE = 0o600


@dataclass(frozen=True, slots=True)
class DataPaths:
    """Names inside one data directory.

    onrecord.toml  settings
    db/            the database (SQLCipher) and its WAL
    archive/       the log: tails, tiles, checkpoints (docs: archive_hooks/README.md)
    keys/          the log's signing keys, compliance's public keys, the store of sealed keys
    secrets/       the database key and the server's own secrets
    tls/           certificates and their keys
    run/           lock and sockets; nothing that must survive
    """

    root: Path

    @property
    def settings(self) -> Path:
        """The settings file."""
        return self.root / "onrecord.toml"

    @property
    def db(self) -> Path:
        """The embedded database's folder."""
        return self.root / "db"

    @property
    def database(self) -> Path:
        """The embedded database."""
        return self.db / "onrecord.db"

    @property
    def keys(self) -> Path:
        """Signing keys, compliance's public keys, the first key store."""
        return self.root / "keys"

    @property
    def log_keys(self) -> Path:
        """The folder of the log's private signing keys."""
        return self.keys / "log"

    @property
    def compliance_keys(self) -> Path:
        """The folder of compliance's public keys, one file an epoch."""
        return self.keys / "compliance"

    @property
    def key_store(self) -> Path:
        """The first key store, where the settings name no other place."""
        return self.keys / "store.db"

    @property
    def policy(self) -> Path:
        """The verifier's policy file: the public keys that must have signed a checkpoint."""
        return self.keys / "policy"

    @property
    def database_key(self) -> Path:
        """The embedded database's key."""
        return self.secrets / "database.key"

    @property
    def server_key(self) -> Path:
        """The server's own secret, which it derives others from (cursors)."""
        return self.secrets / "server.key"

    @property
    def demo_mark(self) -> Path:
        """What marks the directory as a demo's: what the demo remembers, its passwords among it."""
        return self.secrets / "demo.json"

    @property
    def tls(self) -> Path:
        """Certificates and their keys."""
        return self.root / "tls"

    @property
    def secrets(self) -> Path:
        """The database key and the server's own secrets."""
        return self.root / "secrets"

    @property
    def run(self) -> Path:
        """Lock, sockets, unfinished exports, the auditor's note: nothing that a backup needs."""
        return self.root / "run"

    @property
    def lock(self) -> Path:
        """The file whose flock makes one process the owner of this directory."""
        return self.run / "lock"

    @property
    def internal(self) -> Path:
        """The socket of the internal listener: health and metrics."""
        return self.run / "internal.sock"

    def folders(self) -> tuple[Path, ...]:
        """Return the root and every folder in it."""
        keys = (self.keys, self.log_keys, self.compliance_keys)
        return (self.root, self.db, *keys, self.tls, self.secrets, self.run)

    def make(self) -> None:
        """Make every folder that is missing, readable by its owner alone.

        Raises RefuseToStart (`wrong_user`).
        """
        refuse_root(self.root)
        for folder in self.folders():
            folder.mkdir(mode=PRIVATE_DIRECTORY, parents=True, exist_ok=True)


def refuse_root(root: Path) -> None:
    """Raise RefuseToStart (`wrong_user`) for root in another user's data directory.

    What root makes there the service could not read afterwards.
    """
    if os.geteuid() != 0 or not root.exists() or (owner := root.stat().st_uid) == 0:
        return
    name = user_name(owner)
    raise RefuseToStart(
        "wrong_user",
        f"{root} belongs to {name}, and root would leave files there that {name} cannot read.",
        f"Run it as that user: runuser -u {name} -- onrecord …",
    )


def refuse_closed(root: Path) -> None:
    """Raise RefuseToStart (`wrong_user`) for a data directory that is closed to this user."""
    uid = os.geteuid()
    try:
        owner = root.stat().st_uid
    except PermissionError:
        detail = f"uid {uid} cannot reach {root}: a folder above it is closed."
        advice = f"Let uid {uid} enter the folders above it: chmod o+x."
    except OSError:
        return
    else:
        if os.access(root, os.R_OK | os.X_OK):
            return
        name = user_name(owner)
        detail = f"{root} belongs to {name}, and uid {uid} cannot read it."
        advice = f"Run this as {name}, or give it the folder: chown --recursive {uid} {root}"
    raise RefuseToStart("wrong_user", detail, advice)


def closed_file(error: PermissionError) -> RefuseToStart:
    """What a file that this user may not open means to an operator."""
    uid = os.geteuid()
    return RefuseToStart(
        "permission_denied",
        f"uid {uid} may not use {error.filename}: {error.strerror}.",
        "Let the file belong to the user who runs this: chown, then chmod 600 where it is a key.",
    )


def user_name(uid: int) -> str:
    """Return a user's name, or `#uid` where the system knows none, as in a container."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"#{uid}"


def write_private(path: Path, data: bytes) -> None:
    """Write a secret to a new file that its owner alone reads. Durable when it returns.

    Raises FileExistsError: a key is never replaced by accident.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with os.fdopen(os.open(path, flags, PRIVATE_FILE), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_secret(path: Path) -> bytes:
    """Return a secret file's content. Raises RefuseToStart if it is missing or open to others."""
    try:
        mode = path.stat().st_mode
        content = path.read_bytes()
    except PermissionError as error:
        raise closed_file(error) from error
    except OSError as error:
        raise RefuseToStart(
            "secret_unreadable",
            f"{path} cannot be read: {error.strerror}.",
            "Restore it from the backup of the keys. If it is in none: docs/operations.md, Keys.",
        ) from error
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise RefuseToStart(
            "secret_exposed",
            f"{path} is readable by others (mode {stat.S_IMODE(mode):04o}).",
            f"Decide whether it must be replaced, then: chmod 600 {path}",
        )
    return content
