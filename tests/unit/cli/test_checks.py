"""Each check of the doctor finds the defect that is planted, and nothing where all is sound."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from onrecord.app.settings.load import load
from onrecord.app.settings.model import Settings
from onrecord.cli.checks.finding import Finding
from onrecord.cli.checks.key_files import check_keys
from onrecord.cli.checks.tls import check_certificates
from onrecord.cli.checks.volume import check_volume
from onrecord.cli.installation import make_installation
from onrecord.demo.certificates import DemoTls, ensure_certificates

NOW = datetime.now(UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = load(tmp_path / "data")
    make_installation(
        settings.paths, origin="bank.example/onrecord", opening_key=tmp_path / "epoch-1.key"
    )
    ensure_certificates(DemoTls(settings.paths.tls), NOW)
    return settings


def problems(findings: list[Finding]) -> list[str]:
    return [finding.check for finding in findings if finding.verdict != "ok"]


def test_a_sound_installation_has_sound_keys(settings: Settings) -> None:
    assert problems(check_keys(settings)) == []


@pytest.mark.parametrize(
    ("check", "plant"),
    [
        ("modes", lambda s: s.paths.log_keys.chmod(0o705)),
        ("log keys", lambda s: (s.paths.log_keys / "ed25519.key").chmod(0o640)),
        ("log keys", lambda s: s.paths.policy.write_text("")),
        ("log keys", lambda s: s.paths.policy.unlink()),
        ("compliance key", lambda s: (s.paths.compliance_keys / "epoch-1.pub").unlink()),
        ("secrets", lambda s: s.paths.database_key.chmod(0o640)),
        ("secrets", lambda s: s.paths.server_key.unlink()),
    ],
)
def test_what_is_wrong_with_a_key_is_found(
    settings: Settings, check: str, plant: Callable[[Settings], object]
) -> None:
    plant(settings)
    assert problems(check_keys(settings)) == [check]


def test_a_policy_of_other_keys_is_found(settings: Settings, tmp_path: Path) -> None:
    other = load(tmp_path / "other").paths
    make_installation(other, origin="bank.example/onrecord", opening_key=tmp_path / "o.key")
    settings.paths.policy.write_text(other.policy.read_text())
    assert problems(check_keys(settings)) == ["log keys"]


def test_an_opening_key_on_the_server_is_a_warning(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "epoch-1.key").rename(settings.paths.keys / "forgotten.key")
    found = [finding for finding in check_keys(settings) if finding.verdict == "warning"]
    assert [finding.check for finding in found] == ["opening key"]
    assert "forgotten.key" in found[0].detail


def test_sound_certificates_are_found_sound(settings: Settings) -> None:
    assert problems(check_certificates(settings, NOW)) == []


@pytest.mark.parametrize(
    ("days", "verdict"), [(-1, "failed"), (74, "ok"), (80, "warning"), (90, "failed")]
)
def test_a_certificate_is_judged_by_its_dates(settings: Settings, days: int, verdict: str) -> None:
    findings = check_certificates(settings, NOW + timedelta(days=days))
    assert {finding.verdict for finding in findings} == {verdict}


def test_a_certificate_for_another_host_is_found(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONRECORD_CHAT__ORIGIN", "https://chat.bank.example")
    assert problems(check_certificates(load(settings.data), NOW)) == ["tls chat"]


@pytest.mark.parametrize(
    "plant",
    [
        lambda tls: tls.key.chmod(0o644),
        lambda tls: tls.key.write_text("nonsense"),
        lambda tls: tls.certificate.unlink(),
        lambda tls: tls.certificate.write_text("nonsense"),
        lambda tls: tls.key.write_bytes(tls.ca_key.read_bytes()),
    ],
)
def test_what_is_wrong_with_a_certificate_is_found(
    settings: Settings, plant: Callable[[DemoTls], object]
) -> None:
    plant(DemoTls(settings.paths.tls))
    assert problems(check_certificates(settings, NOW)) == ["tls chat", "tls console", "tls files"]


def test_a_sound_volume_is_left_as_it_was(tmp_path: Path) -> None:
    findings = check_volume(tmp_path)
    assert [finding.check for finding in findings] == ["volume", "space"]
    assert findings[0].verdict == "ok"
    assert list(tmp_path.iterdir()) == []


def test_a_volume_that_is_not_there_is_found(tmp_path: Path) -> None:
    assert problems(check_volume(tmp_path / "absent")) == ["volume"]


def test_a_volume_that_nothing_can_be_written_to_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "open", refuse)
    monkeypatch.setattr(Path, "unlink", refuse)
    [finding] = check_volume(tmp_path)
    assert (finding.verdict, "Read-only" in finding.detail) == ("failed", True)


@pytest.mark.parametrize(
    ("name", "broken", "words"),
    [
        ("os.link", lambda a, b: Path(b).write_bytes(Path(a).read_bytes()), "replaces a file"),
        ("os.fsync", lambda _: (_ for _ in ()).throw(OSError(5, "Input/output error")), "output"),
        ("fcntl.flock", lambda *_: None, "does not exclude"),
    ],
)
def test_a_volume_that_breaks_its_promise_is_found(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    broken: Callable[..., object],
    words: str,
) -> None:
    monkeypatch.setattr(name, broken)
    [finding] = check_volume(tmp_path)
    assert finding.verdict == "failed"
    assert words in finding.detail
