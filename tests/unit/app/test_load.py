"""Settings come from one file and the environment, and a mistake in them is never silent."""

import re
from pathlib import Path

import pytest

from onrecord.app.settings.load import load, own_paths
from onrecord.core.domain.errors import RefuseToStart


def refusal(data: Path, file: Path | None = None) -> RefuseToStart:
    with pytest.raises(RefuseToStart) as caught:
        load(data, file)
    return caught.value


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    settings = load(tmp_path)
    assert settings.chat.origin == "https://chat.localhost:8443"
    assert (settings.chat.host, settings.chat.address, settings.chat.port) == (
        "chat.localhost",
        "127.0.0.1",
        8443,
    )


def test_the_file_in_the_data_directory_is_read(tmp_path: Path) -> None:
    (tmp_path / "onrecord.toml").write_text('[firm]\nname = "Bank Śląski"\n', encoding="utf-8")
    assert load(tmp_path).firm.name == "Bank Śląski"


def test_the_environment_wins_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "other.toml"
    file.write_text('[chat]\nlisten = "0.0.0.0:1"\norigin = "https://chat.bank.example"\n')
    monkeypatch.setenv("ONRECORD_CHAT__LISTEN", "[::]:443")
    chat = load(tmp_path, file).chat
    assert (chat.address, chat.port, chat.origin) == ("::", 443, "https://chat.bank.example")


def test_relative_paths_are_meant_from_the_data_directory(tmp_path: Path) -> None:
    file = tmp_path / "onrecord.toml"
    file.write_text('[console]\ncertificate = "tls/console.crt"\nkey = "/etc/tls/console.key"\n')
    console = load(tmp_path).console
    assert console.certificate == tmp_path / "tls/console.crt"
    assert console.key == Path("/etc/tls/console.key")


def test_a_misspelt_name_in_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "onrecord.toml").write_text('[chat]\nlisten_on = "0.0.0.0:443"\n')
    error = refusal(tmp_path)
    assert error.code == "bad_settings"
    assert error.detail == "chat.listen_on: There is no such setting."


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('kind = "directory"\noptions = { window = 5 }', 'options.window: Put it in quotes: "…".'),
        ('kind = "directory"\nwithout = "text"', "without: Make it a list, in brackets: […]."),
        ('sees = "sealed"', "kind: It is needed."),
    ],
)
def test_a_value_of_another_type_says_how_it_is_written(
    tmp_path: Path, line: str, says: str
) -> None:
    (tmp_path / "onrecord.toml").write_text(f"[hooks.share]\n{line}\n")
    assert refusal(tmp_path).detail == f"hooks.share.{says}"


@pytest.mark.parametrize("name", ["ONRECORD_CHAT__LISTN", "ONRECORD_CHET__LISTEN"])
def test_a_misspelt_name_in_the_environment_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "0.0.0.0:443")
    assert name in refusal(tmp_path).detail


def test_a_named_file_that_is_missing_is_refused(tmp_path: Path) -> None:
    assert "no file" in refusal(tmp_path, tmp_path / "absent.toml").detail


def test_what_is_no_toml_is_refused(tmp_path: Path) -> None:
    (tmp_path / "onrecord.toml").write_text("[chat\n")
    assert refusal(tmp_path).code == "bad_settings"


def test_the_data_directory_is_never_named_by_its_own_file(tmp_path: Path) -> None:
    (tmp_path / "onrecord.toml").write_text('data = "/elsewhere"\n')
    assert "ONRECORD_DATA" in refusal(tmp_path).detail


@pytest.mark.parametrize(
    "origin",
    ["http://chat.bank.example", "https://chat.bank.example/", "https://a@b", "chat", "https://"],
)
def test_an_origin_is_https_and_a_host(tmp_path: Path, origin: str) -> None:
    (tmp_path / "onrecord.toml").write_text(f'[chat]\norigin = "{origin}"\n')
    assert "chat.origin" in refusal(tmp_path).detail


@pytest.mark.parametrize("listen", ["443", ":443", "0.0.0.0", "0.0.0.0:x", "0.0.0.0:70000"])
def test_an_endpoint_is_an_address_and_a_port(tmp_path: Path, listen: str) -> None:
    (tmp_path / "onrecord.toml").write_text(f'[chat]\nlisten = "{listen}"\n')
    assert "chat.listen" in refusal(tmp_path).detail


def test_a_refusal_never_repeats_a_value(tmp_path: Path) -> None:
    (tmp_path / "onrecord.toml").write_text('[chat]\nlisten = "hunter2-hunter2"\n')
    error = refusal(tmp_path)
    assert "hunter2" not in error.detail + error.diagnostics


def test_hooks_have_names_of_the_operators_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "onrecord.toml").write_text('[hooks.copy]\nkind = "replica"\n')
    monkeypatch.setenv("ONRECORD_HOOKS__COPY__TIMEOUT_S", "5")
    hook = load(tmp_path).hooks["copy"]
    assert (hook.kind, hook.timeout_s) == ("replica", 5)


def test_a_list_in_the_environment_that_is_no_list_is_refused_without_its_value(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ONRECORD_PROXIES__TRUSTED", "10.0.0.4")
    with pytest.raises(RefuseToStart, match="proxies") as caught:
        load(tmp_path)
    assert (caught.value.code, "10.0.0.4" in str(caught.value)) == ("bad_settings", False)


def test_a_misspelt_name_of_a_hooks_setting_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "onrecord.toml").write_text('[hooks.copy]\nkind = "replica"\n')
    monkeypatch.setenv("ONRECORD_HOOKS__COPY__TIMOUT_S", "5")
    assert "hooks.copy.timout_s" in refusal(tmp_path).detail


@pytest.mark.parametrize(
    "said",
    ['options = {path = "/srv/\\u0000"}', 'options = {"\\u0000" = "x"}', 'types = ["\\u0000"]'],
)
def test_what_no_record_can_say_of_a_hook_is_refused(tmp_path: Path, said: str) -> None:
    """It is put on the record once the server runs, and would end it then."""
    (tmp_path / "onrecord.toml").write_text(f'[hooks.copy]\nkind = "replica"\n{said}\n')
    assert "no record can say U+0000" in refusal(tmp_path).detail


def test_every_piece_of_settings_in_the_guide_can_be_read(tmp_path: Path) -> None:
    guide = Path("docs/operations.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```toml\n(.*?)^```", guide, re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 4
    for block in blocks:
        (tmp_path / "onrecord.toml").write_text('[firm]\nname = "Bank"\n' + block, encoding="utf-8")
        load(tmp_path)


@pytest.mark.parametrize(
    "mark", [".pdf", "PDF", "application/", "/pdf", "image/*x", "Image/png", ""]
)
def test_a_mark_of_files_that_would_mark_nothing_is_a_mistake(tmp_path: Path, mark: str) -> None:
    (tmp_path / "onrecord.toml").write_text(f'[files]\nstep_up = ["{mark}"]\n')
    assert "files.step_up" in refusal(tmp_path).detail


def test_marks_of_files_are_endings_and_media_types(tmp_path: Path) -> None:
    marks = ("pdf", "7z", "image/*", "application/vnd.oasis.opendocument.text", "audio/mp4")
    (tmp_path / "onrecord.toml").write_text(f"[files]\nstep_up = {list(marks)}\n")
    assert load(tmp_path).files.step_up == marks


def test_every_path_of_a_setting_is_the_servers_own_but_those_that_are_named(
    tmp_path: Path,
) -> None:
    """A new setting that names a secret is kept from hooks without anybody thinking of it."""
    (tmp_path / "onrecord.toml").write_text(
        '[keys]\ncopies = ["second.db"]\n[mail]\npassword_file = "mail"\nca_file = "public"\n'
        '[hooks.bank]\nkind = "webhook"\noptions = {secret_file = "/theirs"}\n'
    )
    own = {str(path.relative_to(tmp_path)) for path in own_paths(load(tmp_path))}
    assert own == {
        *("tls/server.key", "secrets/database.key", "secrets/sms.token"),
        *("archive", "keys/store.db", "second.db", "mail"),
    }
