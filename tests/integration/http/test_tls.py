"""Transport: TLS 1.3 with the hybrid group, nothing older, nothing plain."""

import os
import ssl
import stat
import subprocess
from pathlib import Path

import httpx2
import pytest

from onrecord.core.domain.errors import RefuseToStart
from onrecord.demo.certificates import DemoTls
from onrecord.http.options import TlsOptions
from onrecord.http.tls import server_context
from tests.integration.house import House
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.transport import listening_ports, plain_answer, s_client


def shake(house: House, *options: str) -> subprocess.CompletedProcess[str]:
    """Shake hands with the chat as openssl does."""
    return s_client(house.ports["chat"], "chat.localhost", house.ca, *options)


def test_the_hybrid_group_is_negotiated_by_itself(calm_house: House) -> None:
    shaken = shake(calm_house)
    assert shaken.returncode == 0, shaken.stderr
    assert "Protocol: TLSv1.3" in shaken.stdout
    assert "Negotiated TLS1.3 group: X25519MLKEM768" in shaken.stdout
    assert "Verify return code: 0 (ok)" in shaken.stdout


def test_a_client_without_the_hybrid_group_still_gets_in(calm_house: House) -> None:
    """Control for the test above: the group is what the client offers, and it is reported."""
    shaken = shake(calm_house, "-groups", "X25519")
    assert shaken.returncode == 0
    assert "X25519MLKEM768" not in shaken.stdout


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_1", "-tls1"])
def test_older_versions_are_refused(calm_house: House, version: str) -> None:
    shaken = shake(calm_house, version, "-cipher", "ALL:@SECLEVEL=0")
    assert shaken.returncode != 0
    assert "New, (NONE)" in shaken.stdout


@pytest.mark.parametrize("listener", ["chat", "files"])
def test_plain_http_gets_no_answer(calm_house: House, listener: str) -> None:
    answer = plain_answer(calm_house.ports[listener], "chat.localhost")
    assert b"HTTP" not in answer


def test_there_is_no_tcp_listener_but_those_with_tls(calm_house: House) -> None:
    """Every listening TCP socket of this process is one of ours, and ours speak TLS."""
    assert listening_ports(os.getpid(), children=False) == set(calm_house.ports.values())


def test_the_internal_socket_is_its_owners_alone(calm_house: House) -> None:
    mode = calm_house.socket_file.stat().st_mode
    assert stat.S_ISSOCK(mode)
    assert stat.S_IMODE(mode) == 0o600


def test_another_ca_is_not_trusted(calm_house: House) -> None:
    """Control: the clients of these tests do check."""
    url = f"https://127.0.0.1:{calm_house.ports['chat']}/"
    with (
        httpx2.Client(trust_env=False, timeout=PATIENCE) as client,
        pytest.raises(httpx2.ConnectError),
    ):
        client.get(url)


def test_a_missing_certificate_refuses_to_start(tmp_path: Path, demo_tls: DemoTls) -> None:
    with pytest.raises(RefuseToStart) as refused:
        server_context(TlsOptions(tmp_path / "missing.crt", demo_tls.key))
    assert refused.value.code == "certificate_unreadable"


def test_a_key_of_another_certificate_refuses_to_start(demo_tls: DemoTls) -> None:
    with pytest.raises(RefuseToStart) as refused:
        server_context(TlsOptions(demo_tls.certificate, demo_tls.ca_key))
    assert refused.value.code == "certificate_unreadable"


def test_a_key_that_others_can_read_refuses_to_start(tmp_path: Path, demo_tls: DemoTls) -> None:
    key = tmp_path / "open.key"
    key.write_bytes(demo_tls.key.read_bytes())
    key.chmod(0o640)
    with pytest.raises(RefuseToStart) as refused:
        server_context(TlsOptions(demo_tls.certificate, key))
    assert refused.value.code == "key_exposed"


def test_the_context_takes_tls_1_3_alone(demo_tls: DemoTls) -> None:
    context = server_context(TlsOptions(demo_tls.certificate, demo_tls.key))
    assert context.minimum_version is ssl.TLSVersion.TLSv1_3
