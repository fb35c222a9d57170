"""A PostgreSQL 17 of our own: Debian's binaries, a temporary folder, a free port, TLS and scram."""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from psycopg import sql

from tests.rig.patience import SECONDS as PATIENCE

BINARIES = Path("/usr/lib/postgresql/17/bin")
ADMIN = "admin"
SERVICE = "onrecord_service"
"""What the service's role is called where nobody says otherwise."""

SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
port = {port}
ssl = on
ssl_min_protocol_version = 'TLSv1.3'
ssl_cert_file = 'server.crt'
ssl_key_file = 'server.key'
password_encryption = 'scram-sha-256'
scram_iterations = 1
max_connections = 60
shared_buffers = '32MB'
timezone = 'UTC'
"""
FORGETFUL = "fsync = off\nfull_page_writes = off\n"
# Nothing but TLS with a password: the server under test has no other way in.
ACCESS = "".join(
    f"hostssl {database} all 127.0.0.1/32 scram-sha-256\n" for database in ("all", "replication")
)
IN_STEP = "SELECT sync_state FROM pg_stat_replication"
WAITING = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'"


@dataclass(frozen=True, slots=True)
class Database:
    """A fresh, empty database; the owner migrates it, the service is what the server runs as."""

    name: str
    owner: str
    owner_url: str
    service: str
    service_url: str


class Cluster:
    """A running PostgreSQL. `folder` belongs to the user it runs as; `ca` is its certificate."""

    def __init__(self, folder: Path, user: pwd.struct_passwd, settings: str = SETTINGS) -> None:
        self.folder = folder
        self.port = _free_port()
        self.ca = folder / "data" / "server.crt"
        self.user = user
        self._settings = settings
        self._password = secrets.token_hex(16)
        self._process: subprocess.Popen[bytes] | None = None

    def url(self, role: str, password: str, database: str) -> str:
        """The address of `database` as `role`, with the certificate checked."""
        query = f"sslmode=verify-full&sslrootcert={self.ca}"
        return f"postgresql://{role}:{password}@localhost:{self.port}/{database}?{query}"

    @property
    def admin_url(self) -> str:
        """The superuser on the database `postgres`, for the test itself, never for the server."""
        return self.url(ADMIN, self._password, "postgres")

    def initialise(self) -> None:
        """Make the data folder with its certificate, settings and the superuser's password."""
        data, password_file = self.folder / "data", self.folder / "password"
        password_file.write_text(self._password, encoding="ascii")
        shutil.chown(password_file, self.user.pw_uid, self.user.pw_gid)
        self._run(
            "initdb", f"--pgdata={data}", f"--username={ADMIN}", f"--pwfile={password_file}",
            "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync",
        )  # fmt: skip
        _write_certificate(data / "server.crt", data / "server.key")
        with (data / "postgresql.conf").open("a", encoding="ascii") as settings:
            settings.write(self._settings.format(port=self.port))
        (data / "pg_hba.conf").write_text(ACCESS, encoding="ascii")
        for name in ("server.crt", "server.key"):
            shutil.chown(data / name, self.user.pw_uid, self.user.pw_gid)

    def enable_checksums(self) -> None:
        """Have every page bear a checksum, which is checked when it is read; while stopped."""
        self._run("pg_checksums", "--enable", "--no-sync", f"--pgdata={self.folder / 'data'}")

    def copy(self, primary: "Cluster") -> None:
        """Make the data folder of a standby that follows another cluster."""
        data = self.folder / "data"
        self._password = primary._password
        self._run(
            "pg_basebackup", f"--pgdata={data}", f"--dbname={primary.admin_url}",
            "--write-recovery-conf", "--checkpoint=fast", "--no-sync",
        )  # fmt: skip
        with (data / "postgresql.conf").open("a", encoding="ascii") as settings:
            settings.write(f"port = {self.port}\n")

    def wait_for_standby(self, *, alone: bool = False) -> None:
        """Wait until a synchronous standby follows, or, *alone*, until none does."""
        wanted, deadline = [] if alone else ["sync"], time.monotonic() + PATIENCE
        while self.ask(IN_STEP) != wanted:
            if time.monotonic() > deadline:
                raise RuntimeError("the standby does not follow")
            time.sleep(0.05)

    def ask(self, question: str) -> list[Any]:
        """Return the first column of what the superuser is answered."""
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            return [row[0] for row in connection.execute(question.encode())]

    def start(self) -> None:
        """Start; return when it takes connections. Raises RuntimeError with the end of its log."""
        with (self.folder / "log").open("ab") as log:
            # It ends with the tests, also when they are killed.
            self._process = subprocess.Popen(
                [*self._as_user("--pdeathsig=QUIT"), str(BINARIES / "postgres"), "-D",
                 str(self.folder / "data")],
                stdout=log, stderr=log, start_new_session=True, env=self._environ(),
            )  # fmt: skip
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                psycopg.connect(self.admin_url, connect_timeout=2).close()
            except psycopg.OperationalError:
                time.sleep(0.02)
            else:
                return
        log_end = (self.folder / "log").read_text(encoding="utf-8", errors="replace")[-2000:]
        raise RuntimeError(f"PostgreSQL did not start:\n{log_end}")

    def stop(self) -> None:
        """Stop as `pg_ctl stop -m fast` does: clients are cut off, everything is flushed."""
        self._signal(signal.SIGINT)

    def crash(self) -> None:
        """Stop as `pg_ctl stop -m immediate` does: what was not committed synchronously is lost."""
        self._signal(signal.SIGQUIT)

    def create_database(self) -> Database:
        """A fresh database whose owner and service role are its own."""
        name = f"onrecord_{secrets.token_hex(4)}"
        owner, service = f"{name}_owner", f"{name}_service"
        passwords = {owner: secrets.token_hex(16), service: secrets.token_hex(16)}
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            for role, password in passwords.items():
                connection.execute(
                    sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(
                        sql.Identifier(role), sql.Literal(password)
                    )
                )
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(
                    sql.Identifier(name), sql.Identifier(owner)
                )
            )
        return Database(
            name=name,
            owner=owner,
            owner_url=self.url(owner, passwords[owner], name),
            service=service,
            service_url=self.url(service, passwords[service], name),
        )

    def settings(self, database: Database, folder: Path) -> str:
        """The table of a settings file that names a database; the password goes to a file."""
        password = folder / f"{database.service}.password"
        password.touch(mode=0o600)
        password.write_text(str(urlsplit(database.service_url).password), encoding="ascii")
        unsafe = str(FORGETFUL in self._settings).lower()
        return f"""[database]
unsafe_without_fsync = {unsafe}
host = "localhost"
port = {self.port}
name = "{database.name}"
user = "{database.service}"
service_role = "{database.service}"
password_file = "{password}"
ca_file = "{self.ca}"
"""

    def dump(self, database: Database, file: Path) -> None:
        """Back a database up as its superuser."""
        _client("pg_dump", "--format=custom", f"--file={file}", self._admin_of(database))

    def schema(self, database: Database) -> str:
        """Return the statements that make a database's tables and rights, whoever owns them.

        The service's role has its usual name in them.
        """
        made = _client("pg_dump", "--schema-only", "--no-owner", self._admin_of(database))
        lines = [line for line in made.splitlines() if line and not line.startswith(("--", "\\"))]
        return "\n".join(lines).replace(database.service, SERVICE) + "\n"

    def make_schema(self, database: Database, schema: str) -> None:
        """Run what `schema` returned, as the owner of an empty database."""
        with psycopg.connect(database.owner_url) as connection:
            connection.execute(schema.replace(SERVICE, database.service).encode())

    def restore(self, database: Database, file: Path) -> None:
        """Put the backup in the place of the database, as its superuser; its roles stay."""
        name, owner = sql.Identifier(database.name), sql.Identifier(database.owner)
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, owner))
        _client("pg_restore", f"--dbname={self._admin_of(database)}", str(file))

    def _admin_of(self, database: Database) -> str:
        return self.url(ADMIN, self._password, database.name)

    def drop_database(self, database: Database) -> None:
        """Remove `database` and its roles; whoever is still connected is cut off."""
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            connection.execute(
                sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database.name))
            )
            for role in (database.owner, database.service):
                connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))

    def _signal(self, number: signal.Signals) -> None:
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(number)
        self._process.wait(timeout=PATIENCE)

    def _as_user(self, *options: str) -> list[str]:
        """PostgreSQL refuses to run as root."""
        if os.geteuid() != 0:
            return ["setpriv", *options, "--"]
        ids = [f"--reuid={self.user.pw_uid}", f"--regid={self.user.pw_gid}", "--clear-groups"]
        return ["setpriv", *ids, *options, "--"]

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self._as_user("--pdeathsig=KILL"), str(BINARIES / program), *arguments]
        done = subprocess.run(
            command, capture_output=True, text=True, cwd="/", check=False, env=self._environ()
        )
        if done.returncode != 0:
            raise RuntimeError(f"{program} failed:\n{done.stdout}{done.stderr}")

    def _environ(self) -> dict[str, str]:
        """Ours, without our home: libpq looks for a certificate in there."""
        return {**os.environ, "HOME": str(self.folder)}


@contextmanager
def running_cluster(*, durable: bool = True) -> Iterator[Cluster]:
    """A started cluster; stopped and removed at the end. Raises RuntimeError if it can't be.

    One that is not *durable* never waits for the disk: what the operating system loses, it loses.
    """
    if not (BINARIES / "postgres").exists():
        raise RuntimeError("PostgreSQL 17 is missing: apt-get install postgresql-17")
    user = pwd.getpwnam("postgres") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    # Not pytest's folder: that one can be entered by root alone.
    folder = Path(tempfile.mkdtemp(prefix="onrecord-postgres-"))
    shutil.chown(folder, user.pw_uid, user.pw_gid)
    cluster = Cluster(folder, user, SETTINGS if durable else SETTINGS + FORGETFUL)
    try:
        cluster.initialise()
        cluster.start()
        yield cluster
    finally:
        cluster.crash()
        shutil.rmtree(folder)


@contextmanager
def running_standby(primary: Cluster) -> Iterator[Cluster]:
    """A synchronous standby of a cluster, in step with it; stopped and removed at the end.

    From then on until the end no commit of the primary returns that the standby does not have.
    """
    folder = Path(tempfile.mkdtemp(prefix="onrecord-standby-"))
    shutil.chown(folder, primary.user.pw_uid, primary.user.pw_gid)
    standby = Cluster(folder, primary.user)
    try:
        standby.copy(primary)
        standby.start()
        _name_standbys(primary, "*")
        primary.wait_for_standby()
        yield standby
    finally:
        _name_standbys(primary, "")
        standby.crash()
        shutil.rmtree(folder)


def _name_standbys(primary: Cluster, names: str) -> None:
    with psycopg.connect(primary.admin_url, autocommit=True) as connection:
        connection.execute("SET synchronous_commit TO off")
        connection.execute(f"ALTER SYSTEM SET synchronous_standby_names = '{names}'".encode())
        connection.execute("SELECT pg_reload_conf()")


def _client(program: str, *arguments: str) -> str:
    done = subprocess.run(
        [str(BINARIES / program), *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"{program} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _write_certificate(certificate_file: Path, key_file: Path) -> None:
    """A self-signed certificate for localhost, and its key, readable by its owner only."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(IPv4Address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.touch(mode=0o600)
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
