"""Debian's radosgw: S3 with Object Lock over TLS, on one monitor and one store in memory.

Its operator is `radosgw-admin` and `rados`: they do to a locked version what no user of S3 can.
"""

import json
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import urllib3
from botocore.config import Config

from onrecord.demo.certificates import DemoTls, ensure_certificates
from tests.rig.patience import SECONDS as PATIENCE

SETTINGS = """
[global]
fsid={fsid}
mon_host=[v2:127.0.0.1:{monitor}/0,v1:127.0.0.1:{monitor_v1}/0]
public_addr=127.0.0.1
auth_cluster_required=cephx
auth_service_required=cephx
auth_client_required=cephx
keyring={folder}/keyring
run_dir={folder}
log_file={folder}/$name.log
mon_cluster_log_file={folder}/cluster.log
admin_socket={folder}/$name.asok
osd_pool_default_size=1
osd_pool_default_min_size=1
osd_pool_default_pg_num=1
osd_pool_default_pgp_num=1
mon_allow_pool_size_one=true
osd_objectstore=memstore
memstore_device_bytes=1073741824
osd_crush_chooseleaf_type=0
osd_crush_update_on_start=false
osd_class_dir={classes}
[mon.a]
mon_data={folder}/mon
[osd.0]
osd_data={folder}/osd
osd_journal={folder}/osd/journal
[client.rgw]
rgw_frontends={frontend}
rgw_thread_pool_size=32
rgw_enable_usage_log=false
"""
KEYS = (
    ("mon.", {"mon": "allow *"}),
    ("client.admin", {"mon": "allow *", "osd": "allow *", "mgr": "allow *"}),
    ("client.rgw", {"mon": "allow *", "osd": "allow *"}),
    ("osd.0", {"mon": "allow profile osd", "osd": "allow *"}),
)
DATA_POOL = "default.rgw.buckets.data"


@dataclass(frozen=True, slots=True)
class User:
    """A user of S3 and its keys."""

    name: str
    access_key: str
    secret_key: str


class Radosgw:
    """A running cluster below a folder; every process of it ends with the tests."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.tls = DemoTls(folder / "tls")
        self.port, monitor, monitor_v1 = _free_ports(3)
        (folder / "tls").mkdir()
        ensure_certificates(self.tls, datetime.now(UTC))
        (folder / "c.conf").write_text(
            SETTINGS.format(
                fsid=uuid.uuid4(),
                folder=folder,
                monitor=monitor,
                monitor_v1=monitor_v1,
                classes=_classes(),
                frontend=f"beast ssl_endpoint=127.0.0.1:{self.port} tcp_nodelay=1"
                f" ssl_certificate={self.tls.certificate} ssl_private_key={self.tls.key}",
            ),
            encoding="ascii",
        )
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._monitors = (monitor, monitor_v1)
        self._clients: dict[User, Any] = {}

    @property
    def endpoint(self) -> str:
        """Where S3 is spoken."""
        return f"https://localhost:{self.port}"

    def start(self) -> None:
        """Make the cluster and start it; return when S3 answers."""
        self._make_keys()
        self._start_monitor()
        self._start_store()
        self.start_gateway()

    def start_gateway(self) -> None:
        """Start the part that speaks S3 where it is not running, and wait until it answers."""
        if "radosgw" in self._processes:
            return
        self._spawn("radosgw", "-n", "client.rgw")
        pool = urllib3.PoolManager(ca_certs=str(self.tls.ca), retries=False)
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                pool.request("GET", self.endpoint)
            except urllib3.exceptions.HTTPError:
                if time.monotonic() > deadline or self._processes["radosgw"].poll() is not None:
                    raise RuntimeError(f"radosgw did not start:\n{self._log_end()}") from None
                time.sleep(0.1)
            else:
                break
        pool.clear()

    def stop_gateway(self) -> None:
        """End the part that speaks S3 in good order; it is soon back."""
        self._processes["radosgw"].terminate()
        self._processes.pop("radosgw").wait()

    def kill_gateway(self) -> None:
        """End it in the middle of what it does; it is back when the store has given it up: 30 s."""
        self._end("radosgw")

    def stop(self) -> None:
        """End everything."""
        for client in self._clients.values():
            client.close()
        for program in ("radosgw", "ceph-osd", "ceph-mon"):
            self._end(program)

    def admin(self, *arguments: str) -> Any:
        """Do something as the storage's operator; return what `radosgw-admin` says."""
        said = self._run("radosgw-admin", *arguments)
        try:
            return json.loads(said)
        except ValueError:
            return said

    def rados(self, *arguments: str) -> str:
        """Do something to the objects below S3."""
        return self._run("rados", "-p", DATA_POOL, *arguments)

    def new_user(self) -> User:
        """Make a user of S3."""
        user = User(f"u{secrets.token_hex(6)}", secrets.token_hex(10), secrets.token_hex(20))
        self.admin(
            *("user", "create", f"--uid={user.name}", f"--display-name={user.name}"),
            *(f"--access-key={user.access_key}", f"--secret-key={user.secret_key}"),
        )
        return user

    def renew_keys(self, user: User) -> User:
        """Give a user other keys."""
        renewed = User(user.name, secrets.token_hex(10), secrets.token_hex(20))
        self.admin(
            *("key", "create", "--key-type=s3", f"--uid={user.name}"),
            *(f"--access-key={renewed.access_key}", f"--secret-key={renewed.secret_key}"),
        )
        return renewed

    def client(self, user: User) -> Any:
        """Return a client of S3 that is not the hook's; one a user."""
        if user not in self._clients:
            self._clients[user] = self._new_client(user)
        return self._clients[user]

    def _new_client(self, user: User) -> Any:
        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id=user.access_key,
            aws_secret_access_key=user.secret_key,
            verify=str(self.tls.ca),
            config=Config(s3={"addressing_style": "path"}),
        )

    def lose(self, bucket: str, key: str, version_id: str) -> None:
        """Remove a version, locked or not."""
        self.admin(
            *("object", "rm", f"--bucket={bucket}", f"--object={key}"),
            f"--object-version={version_id}",
        )

    def rewrite(self, bucket: str, key: str, version_id: str, content: bytes) -> None:
        """Put other bytes in the place of a version's, below S3."""
        marker = self.admin("bucket", "stats", f"--bucket={bucket}")["marker"]
        file = self.folder / "rewritten"
        file.write_bytes(content)
        self.rados("put", f"{marker}__:{version_id}_{key}", str(file))

    def _make_keys(self) -> None:
        ring = str(self.folder / "keyring")
        for number, (name, caps) in enumerate(KEYS):
            create = ["--create-keyring"] if number == 0 else []
            pairs = [part for what in caps.items() for part in ("--cap", *what)]
            self._run("ceph-authtool", *create, ring, "--gen-key", "-n", name, *pairs)

    def _start_monitor(self) -> None:
        (self.folder / "mon").mkdir()
        table, (v2, v1) = str(self.folder / "monmap"), self._monitors
        addresses = f"[v2:127.0.0.1:{v2},v1:127.0.0.1:{v1}]"
        fsid = self._run("ceph-conf", "--lookup", "fsid").strip()
        self._run("monmaptool", "--create", "--fsid", fsid, "--addv", "a", addresses, table)
        self._run("ceph-mon", "--mkfs", "-i", "a", "--monmap", table)
        self._spawn("ceph-mon", "-i", "a")

    def _start_store(self) -> None:
        (self.folder / "osd").mkdir()
        store = str(uuid.uuid4())
        self._run("ceph", "osd", "new", store)
        self._run("ceph", "osd", "crush", "add-bucket", "h", "host")
        self._run("ceph", "osd", "crush", "move", "h", "root=default")
        self._run("ceph", "osd", "crush", "add", "osd.0", "1.0", "host=h")
        self._run("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", store)
        self._spawn("ceph-osd", "-i", "0")

    def _spawn(self, program: str, *arguments: str) -> None:
        """Start a part in the foreground: it ends with the tests, also when they are killed."""
        command = [program, "-c", str(self.folder / "c.conf"), "-f", *arguments]
        with (self.folder / f"{program}.out").open("ab") as log:
            self._processes[program] = subprocess.Popen(
                ["setpriv", "--pdeathsig=KILL", *command], stdout=log, stderr=log
            )

    def _end(self, program: str) -> None:
        process = self._processes.pop(program, None)
        if process is not None:
            process.kill()
            process.wait()

    def _run(self, program: str, *arguments: str) -> str:
        done = subprocess.run(
            [program, *arguments],
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
            env={**os.environ, "CEPH_CONF": str(self.folder / "c.conf")},
        )
        if done.returncode != 0:
            raise RuntimeError(f"{program} {' '.join(arguments)}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def _log_end(self) -> str:
        logs: Sequence[Path] = sorted(self.folder.glob("*.out"))
        return "".join(path.read_text(errors="replace")[-1000:] for path in logs)


@contextmanager
def running_radosgw() -> Iterator[Radosgw]:
    """Start a cluster in a folder of its own, and end it."""
    if shutil.which("radosgw") is None:
        raise RuntimeError("radosgw is missing: apt-get install ceph-mon ceph-osd radosgw")
    with tempfile.TemporaryDirectory(prefix="radosgw-", ignore_cleanup_errors=True) as folder:
        cluster = Radosgw(Path(folder))
        try:
            cluster.start()
            yield cluster
        finally:
            cluster.stop()


def _classes() -> Path:
    """Return where Ceph's object classes are; a relative place is not found."""
    (folder,) = Path("/usr/lib").glob("*/rados-classes")
    return folder


def _free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports
