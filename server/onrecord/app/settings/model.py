"""Every setting, with its default and its meaning (docs/settings.md is made from this)."""

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator, model_validator

from onrecord.app.settings.clients import Clients, Mail, Sms
from onrecord.app.settings.complaints import Complaints
from onrecord.app.settings.files import Files
from onrecord.app.settings.listeners import Chat, Console
from onrecord.app.settings.paths import DataPaths
from onrecord.app.settings.proxies import Proxies
from onrecord.app.settings.push import Push
from onrecord.app.settings.section import Section
from onrecord_archive.events.language import Language

QUOTES = 2
"""Bytes by which a plain text is longer as JSON."""
AROUND_TEXT = 8 * 1024
"""Bytes of a frame beside its text: ids, mentions, files."""


class Firm(Section):
    """Who runs this installation."""

    name: str = Field(
        default="OnRecord",
        min_length=1,
        max_length=100,
        description="The firm's name: on screen, in records and in transcripts.",
    )


class Database(Section):
    """The live store: embedded (SQLCipher, the default), or PostgreSQL where `host` is set."""

    key_file: Path = Field(
        default=Path("secrets/database.key"),
        description="Embedded: the key of the encrypted file, 32 bytes, mode 0600.",
    )
    cache_mib: int = Field(
        default=64, ge=1, description="Embedded: decrypted pages that are kept in memory, MiB."
    )
    host: str | None = Field(
        default=None,
        description=(
            "PostgreSQL: the host name of its certificate (TLS is always checked), or the folder "
            "of its UNIX socket, beginning with /."
        ),
    )
    port: int = Field(default=5432, ge=1, le=65535, description="PostgreSQL: its port.")
    name: str = Field(default="onrecord", description="PostgreSQL: the database's name.")
    user: str = Field(
        default="onrecord",
        description="PostgreSQL: the service's role. Never the owner of the tables.",
    )
    password_file: Path | None = Field(
        default=None, description="PostgreSQL: a file with the role's password, mode 0600."
    )
    ca_file: Path | None = Field(
        default=None, description="PostgreSQL: who signed its certificate, PEM."
    )
    unsafe_without_fsync: bool = Field(
        default=False,
        description=(
            "PostgreSQL: serve although its `fsync` or `full_page_writes` is off. Only for tests "
            "and development: a crash of its machine loses what was acknowledged."
        ),
    )
    service_role: str = Field(
        default="onrecord_service",
        description="PostgreSQL: the role that migrations grant rights to; `user` is a member.",
    )
    readers: int = Field(default=4, ge=1, le=64, description="Connections that read at once.")


class Archive(Section):
    """The log that everything is archived in (archive_hooks/README.md)."""

    directory: Path = Field(
        default=Path("archive"),
        description=(
            "Where it lies. One POSIX volume with working fsync, link and flock; `onrecord doctor` "
            "proves it."
        ),
    )
    tail_mib: int = Field(
        default=64, ge=1, le=4096, description="A tail segment is followed by a new one at, MiB."
    )


class Keys(Section):
    """Where the data keys lie, sealed to compliance's key. Nothing opens without them."""

    store: Path = Field(default=Path("keys/store.db"), description="The first key store.")
    copies: tuple[Path, ...] = Field(
        default=(),
        description=(
            "Further key stores, on other volumes: each new key is in all of them before it is "
            "used, and the archive opens with any of them. A new one is made and filled by "
            "`onrecord keys fill`; while one is missing the server does not start."
        ),
    )
    lost_below: int = Field(
        default=0,
        ge=0,
        description=(
            "Data keys of records below this archive index are lost for good, and the server "
            "starts without them; `onrecord doctor` goes on saying so."
        ),
    )


class Audit(Section):
    """How often the background auditor rereads the archive and the database's rows."""

    recent_minutes: int = Field(
        default=60,
        ge=60,
        description="What is newer than this is reread every `every_minutes`; an hour at least.",
    )
    every_minutes: float = Field(
        default=5, gt=0, le=15, description="How often the newest part is reread."
    )
    whole_hours: float = Field(
        default=24, gt=0, le=24, description="In how long everything is reread."
    )


class Hook(Section):
    """A hook that runs: it gets every archived record (archive_hooks/HOOKS.md)."""

    kind: str = Field(
        description="Where to: one of the kinds in archive_hooks/HOOKS.md, or another package's."
    )
    sees: Literal["sealed", "headers", "plaintext"] = Field(
        default="sealed",
        description="How much of a record it gets: `sealed`, nothing opened; `headers`, who, when"
        " and in which conversation, and nothing that anyone wrote; `plaintext`, all of it. A"
        " change is a record; shown by health.",
    )
    without: tuple[str, ...] = Field(
        default=(),
        description="Leave these fields out of what it sees opened: `text`, `files.name`,"
        " `addresses`. What is left is not provable. A change is a record.",
    )
    classes: tuple[str, ...] = Field(
        default=(),
        description="Give it records of these retention classes alone; `name*`: all that begin so."
        " What is left out is counted. A change is a record.",
    )
    streams: tuple[str, ...] = Field(
        default=(),
        description="Of these streams alone: `identity`, `config`, `policy`, `access:*`, or a"
        " conversation's id.",
    )
    types: tuple[str, ...] = Field(
        default=(), description="Of these types alone: `message.sent`, or `message.*`."
    )
    people: tuple[str, ...] = Field(
        default=(),
        description="Of these people alone, by user name or id: records that one of them made, or"
        " that were made in a conversation while one of them was a member.",
    )
    timeout_s: float = Field(
        default=120, gt=0, description="The longest a delivery, or reading back, may take."
    )
    compare_hours: int = Field(
        default=24,
        ge=0,
        le=24 * 365,
        description="How often what the other side has is read back and compared, for kinds that"
        " can; 0: only on command.",
    )
    max_unshipped_age_s: int = Field(
        default=0,
        ge=0,
        description="Once a record has waited longer for this hook, nobody can send anything until"
        " it is taken; 0: a hook never delays a message.",
    )
    memory_mb: int = Field(
        default=1024,
        ge=256,
        description="The most memory that the hook's process may have, MiB; it is ended beyond.",
    )
    user: str = Field(
        default="",
        description="The system's user that the hook's process runs as; empty: the server's own."
        " The server must have the right to change users.",
    )
    options: dict[str, str] = Field(
        default={},
        description="What this kind needs to know; secrets are file names. The hook may read the"
        " files, and write the folders, that absolute paths here name, and no others.",
    )

    @field_validator("classes", "streams", "types")
    @classmethod
    def _check_words(cls, words: tuple[str, ...]) -> tuple[str, ...]:
        """Refuse what can't be put on the record."""
        _require_recordable(words)
        return words

    @field_validator("options")
    @classmethod
    def _check_options(cls, options: dict[str, str]) -> dict[str, str]:
        """Refuse what can't be put on the record."""
        _require_recordable((*options, *options.values()))
        return options


def _require_recordable(texts: Iterable[str]) -> None:
    """Raise ValueError for a text that would end the server as soon as it is recorded."""
    if any("\0" in text for text in texts):
        raise ValueError("no record can say U+0000")


class Conversations(Section):
    """What people may do in conversations."""

    edit_window_minutes: int = Field(
        default=24 * 60, ge=0, description="How long after sending a message may be edited."
    )
    group_size: int = Field(default=500, ge=2, le=5000, description="Most members of a group.")


class Limits(Section):
    """How much one person or one socket may send (server/README.md, limits)."""

    messages_per_minute: int = Field(
        default=100, ge=1, description="Messages a minute and person, sustained."
    )
    burst: int = Field(default=20, ge=1, description="Messages a person may send at once.")
    frames_per_second: int = Field(
        default=200, ge=1, description="Frames of one socket; beyond it the server reads slowly."
    )
    frame_bytes: int = Field(
        default=64 * 1024,
        ge=16 * 1024,
        le=1024 * 1024,
        description="One message of a client on a socket, bytes (close 1009).",
    )
    text_bytes: int = Field(
        default=16 * 1024,
        ge=256,
        le=16 * 1024,
        description="The text of a message, bytes of UTF-8; onrecord.v1 has no longer ones.",
    )
    text_json_bytes: int = Field(
        default=48 * 1024,
        le=48 * 1024,
        description=(
            "The same as JSON, with its quotes and escapes. `frame_bytes` is 8 KiB more at least."
        ),
    )
    sockets_per_person: int = Field(
        default=5, ge=1, description="Open connections of one person, all devices together."
    )
    events_frame_bytes: int = Field(
        default=64 * 1024,
        ge=1024,
        le=1024 * 1024,
        description="An `events` frame ends with the first event that takes it past this, bytes.",
    )
    connections: int = Field(
        default=10_000,
        ge=64,
        description=(
            "Connections to all listeners together. Fewer where the process may not have as many "
            "descriptors (`onrecord doctor`)."
        ),
    )
    connections_per_network: int = Field(
        default=512,
        ge=16,
        description=(
            "Connections of one network (an IPv4 /24, an IPv6 /64) on which nobody has signed in; "
            "half of all at the most. "
            "Beyond it the oldest that waits for its client is closed for the newest."
        ),
    )
    queue_bytes: int = Field(
        default=256 * 1024,
        ge=64 * 1024,
        description="Bytes that wait for a slow client before it is disconnected (close 4408).",
    )
    queue_events: int = Field(
        default=500, ge=1, description="Events that wait for a slow client, likewise."
    )
    heartbeat_s: int = Field(default=25, ge=5, le=120, description="Seconds between heartbeats.")
    resume_entries: int = Field(
        default=100_000,
        ge=100,
        description=(
            "A client that missed more than this many entries of the archive, the whole firm's, "
            "fetches its lists again (`resync_required`): that is quicker."
        ),
    )

    @model_validator(mode="after")
    def _fit_into_each_other(self) -> "Limits":
        if self.text_json_bytes < self.text_bytes + QUOTES:
            raise ValueError(f"text_json_bytes: at least text_bytes and {QUOTES} for the quotes")
        if self.frame_bytes < self.text_json_bytes + AROUND_TEXT:
            raise ValueError(f"frame_bytes: at least text_json_bytes and {AROUND_TEXT} more")
        return self


class Sessions(Section):
    """How long a sign-in of employees lasts; of clients: the table `clients`."""

    absolute_minutes: int = Field(
        default=12 * 60, ge=1, description="At the most, whatever the person does."
    )
    idle_minutes: int = Field(default=2 * 60, ge=1, description="Without being used.")


class Accounts(Section):
    """What becomes of accounts that have ended."""

    restore_days: float = Field(
        default=7,
        ge=0,
        le=90,
        description=(
            "Deactivated, nobody gets in. For so many days their password, passkeys and known "
            "devices are kept, and work again if they are activated; then they are destroyed, and "
            "who is activated later starts with a new link. Sessions, links and tokens never come "
            "back."
        ),
    )


class Passwords(Section):
    """What one guess at a password costs (argon2id); dearer ones are adopted at each sign-in.

    The defaults are RFC 9106's second recommended option, the least are OWASP's minimum.
    """

    memory_mib: int = Field(
        default=64, ge=19, le=1024, description="Memory of one hash, MiB; two are made at once."
    )
    passes: int = Field(default=3, ge=2, le=100, description="How often that memory is gone over.")
    lanes: int = Field(default=4, ge=1, le=16, description="Threads that work on one hash.")


class Policy(Section):
    """What is looked for in what people write; found, it is a record of the stream `policy`."""

    off_channel: bool = Field(
        default=True,
        description=(
            'Signs of going on where nothing is recorded: "WhatsApp me", wa.me, a private phone, '
            '"let\'s take this offline". The client offers the recorded way and holds nothing back.'
        ),
    )

    orders: Literal["off", "banner", "stop"] = Field(
        default="off",
        description=(
            "Orders (buy, sell, transfer) in conversations with clients: banner says that they are "
            "not taken here; stop also asks a client whose message reads like one, who may send it "
            "anyway. Found, it is a record of the stream `policy`."
        ),
    )
    orders_banner: dict[Language, str] = Field(
        default={},
        description=(
            "What the banner says, by language. Absent: that orders are not taken here, and to "
            "place them where the firm takes them."
        ),
    )


class Devices(Section):
    """What stays on people's devices."""

    kept_days: int = Field(
        default=7,
        ge=0,
        le=90,
        description=(
            "How many days of conversations a device keeps, encrypted, to show them before the "
            "server has answered and without a line; 0: none. What waits to be sent stays, and "
            "for whom, and signing out destroys all of it."
        ),
    )
    lock_minutes: float = Field(
        default=0,
        ge=0,
        le=1440,
        description=(
            "After so many minutes without use the app locks at the latest, on every device; "
            "people may choose fewer. 0: whether it locks is left to each person."
        ),
    )


class Help(Section):
    """What the client's help says of this firm."""

    calls: dict[Language, str] = Field(
        default={},
        description=(
            "Which approved tool people use for calls, by language: none are made here, for they "
            "would not be on the record. Absent: the help says to ask."
        ),
    )


class Log(Section):
    """What the server says about itself. Never what people write."""

    level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="The least important lines that are written."
    )
    format: Literal["json", "text"] = Field(
        default="json", description="`json`: one object a line, for a collector; `text`: to read."
    )


class Settings(Section):
    """All settings of one installation."""

    data: Path = Field(description="The data directory.")
    firm: Firm = Firm()
    chat: Chat = Chat()
    console: Console = Console()
    files: Files = Files()
    proxies: Proxies = Proxies()
    database: Database = Database()
    archive: Archive = Archive()
    keys: Keys = Keys()
    audit: Audit = Audit()
    hooks: dict[str, Hook] = Field(default={}, description="By the names that health shows.")
    conversations: Conversations = Conversations()
    limits: Limits = Limits()
    sessions: Sessions = Sessions()
    accounts: Accounts = Accounts()
    passwords: Passwords = Passwords()
    clients: Clients = Clients()
    mail: Mail = Mail()
    sms: Sms = Sms()
    push: Push = Push()
    policy: Policy = Policy()
    help: Help = Help()
    devices: Devices = Devices()
    complaints: Complaints = Complaints()
    log: Log = Log()

    @property
    def paths(self) -> DataPaths:
        """Where everything lies."""
        return DataPaths(self.data)
