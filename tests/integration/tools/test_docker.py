"""What can be said of docker/ from its text: no engine runs here (acceptance/test_container.py)."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from ruamel.yaml import YAML

from onrecord.app.settings.load import load
from onrecord.app.settings.options import server_options
from onrecord.cli import healthcheck
from onrecord.cli.main import command

ROOT = Path(__file__).parents[3]
DOCKER = ROOT / "docker"
DOCKERFILE = (DOCKER / "Dockerfile").read_text(encoding="utf-8")
IGNORED = (DOCKER / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
README = (DOCKER / "README.md").read_text(encoding="utf-8")
COMPOSE = ("compose.yaml", "compose.demo.yaml")
SERVICES = ("onrecord", "bank")
"""Of the two, and what the image is called."""
BIN = Path(sys.executable).parent
SCHEMA = ("check-jsonschema", "--builtin-schema", "vendor.compose-spec")
DATA = "/var/lib/onrecord"


def judged(program: str, *words: str | Path) -> tuple[int, str]:
    """How an outsider's checker ended, and what it said."""
    line = [str(BIN / program), *map(str, words)]
    done = subprocess.run(line, check=False, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def service(name: str) -> dict[str, Any]:
    """The one service of a compose file."""
    read = YAML(typ="safe").load((DOCKER / name).read_text(encoding="utf-8"))
    (found,) = read["services"].values()
    return cast("dict[str, Any]", found)


def instructions(name: str) -> list[str]:
    """All instructions of a kind in the Dockerfile, each on one line."""
    whole = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", DOCKERFILE, flags=re.MULTILINE))
    return re.findall(rf"^{name} (.*)$", whole, re.MULTILINE)


def environment() -> dict[str, str]:
    """What the image sets in the environment."""
    return dict(word.split("=", 1) for word in shlex.split(" ".join(instructions("ENV"))))


def test_an_outsider_finds_nothing_in_the_dockerfile(tmp_path: Path) -> None:
    assert judged("hadolint", DOCKER / "Dockerfile") == (0, "")
    planted = tmp_path / "Dockerfile"
    planted.write_text(DOCKERFILE.replace("USER 10001:10001", "USER root"))
    assert judged("hadolint", planted)[0] != 0


@pytest.mark.parametrize("name", COMPOSE)
def test_the_compose_files_are_what_the_specification_says(name: str, tmp_path: Path) -> None:
    assert judged(*SCHEMA, DOCKER / name) == (0, "ok -- validation done\n")
    planted = tmp_path / name
    planted.write_text((DOCKER / name).read_text().replace("read_only:", "readonly:"))
    assert judged(*SCHEMA, planted)[0] != 0


def test_the_stages_are_built_on_one_base_that_a_bank_may_choose() -> None:
    assert instructions("ARG")[0] == "BASE=debian:trixie-slim"
    stages = [line.split() for line in instructions("FROM")]
    assert [(stage[0], stage[-1]) for stage in stages] == [
        ("${BASE}", "client"),
        ("client", "wheel"),
        ("${BASE}", "runtime"),
    ]


def test_what_is_installed_is_what_the_locks_name() -> None:
    (installs,) = [line for line in instructions("RUN") if "requirements.lock" in line]
    assert "--require-hashes --requirement requirements.lock" in installs
    assert "--no-deps dist/onrecord-" in installs
    assert not re.search(r"curl|wget|https?://", DOCKERFILE)
    assert instructions("ADD") == []


def test_it_runs_as_nobody_in_particular_and_drains_when_it_is_stopped() -> None:
    assert instructions("USER") == ["10001:10001"]
    assert instructions("STOPSIGNAL") == ["SIGTERM"]
    assert instructions("VOLUME") == [DATA]
    (health,) = instructions("HEALTHCHECK")
    assert health.endswith(' CMD ["onrecord", "healthcheck"]')
    seconds = int(re.findall(r"--timeout=(\d+)s", health)[0])
    assert seconds > 10 * healthcheck.LIMIT_S, "the command has to start as well"
    assert (instructions("ENTRYPOINT"), instructions("CMD")) == (
        ['["onrecord"]'],
        ['["supervise"]'],
    )


def test_the_three_listeners_are_reached_at_the_ports_that_are_published(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, value in environment().items():
        if name.startswith("ONRECORD_") and name != "ONRECORD_DATA":
            monkeypatch.setenv(name, value)
    settings = load(tmp_path)
    listening = [settings.chat, settings.console, settings.files]
    ports = [str(one.port) for one in listening]
    assert {one.address for one in listening} == {"0.0.0.0"}
    assert instructions("EXPOSE") == [" ".join(ports)]
    names = zip(("CHAT", "CONSOLE", "FILES"), ports, strict=True)
    chosen = [f"${{{name}_PORT:-{port}}}:{port}" for name, port in names]
    assert service("compose.yaml")["ports"] == chosen
    only_here = [f"127.0.0.1:{port}:{port}" for port in ports]
    assert service("compose.demo.yaml")["ports"] == only_here


def test_what_the_pilot_sets_are_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given = {"CHAT": "https://chat.b.example:8443", "CONSOLE": "https://console.b.example:8444"}
    given["FILES"] = "https://files.c.example:8445"
    for name, value in service("compose.yaml")["environment"].items():
        asked = re.fullmatch(r"\$\{(\w+)_ORIGIN:\?.*\}", value)
        monkeypatch.setenv(name, given[asked[1]] if asked else value)
    settings = load(tmp_path)
    assert settings.console.origin == given["CONSOLE"]
    for one in (settings.chat, settings.console, settings.files):
        assert (str(one.certificate), str(one.key)) == (
            "/run/secrets/tls_certificate",
            "/run/secrets/tls_key",
        )
    assert service("compose.yaml")["secrets"] == ["tls_certificate", "tls_key"]


@pytest.mark.parametrize("name", COMPOSE)
def test_a_container_can_do_nothing_that_it_need_not(name: str, tmp_path: Path) -> None:
    one = service(name)
    assert one["read_only"] is True
    assert one["cap_drop"] == ["ALL"]
    assert one["security_opt"] == ["no-new-privileges:true"]
    assert [place.partition(":")[0] for place in one["tmpfs"]] == ["/tmp"]
    assert one["volumes"] == [f"data:{DATA}"]
    assert environment()["ONRECORD_DATA"] == DATA
    grace = int(one["stop_grace_period"].removesuffix("s"))
    assert grace > server_options(load(tmp_path), 100).drain_s + 5


def test_the_pilot_is_limited_and_started_again() -> None:
    one = service("compose.yaml")
    assert one["restart"] == "unless-stopped"
    assert {"mem_limit", "pids_limit", "ulimits"} <= one.keys()
    assert one["ulimits"]["core"] == 0
    assert one["logging"]["options"].keys() == {"max-size", "max-file"}
    assert one["user"] == instructions("USER")[0]
    assert "restart" not in service("compose.demo.yaml"), "who tries it sees why it ended"


def test_each_file_that_the_dockerfile_copies_is_sent_to_the_builder() -> None:
    kept = [line.removeprefix("!") for line in IGNORED if line.startswith("!")]
    lines = [line.split() for line in instructions("COPY") if "--from" not in line]
    copied = [word for words in lines for word in words[:-1] if not word.startswith("--")]
    assert copied
    for word in copied:
        assert (ROOT / word).exists(), word
        assert any(Path(word).match(one) or word.startswith(f"{one}/") for one in kept), word


def commands() -> Iterator[list[str]]:
    """Each command of OnRecord that docker/README.md types into a container."""
    for block in re.findall(r"^```\w*\n(.*?)^```\n", README, re.MULTILINE | re.DOTALL):
        for line in re.sub(r"\\\n\s*", "", block).splitlines():
            words = shlex.split(line, comments=True)
            if words[:1] != ["docker"] or "--entrypoint" in words or not {"exec", "run"} & {*words}:
                continue
            given = words[next(at for at, word in enumerate(words) if word in SERVICES) + 1 :]
            yield given[1:] if given[0] == "onrecord" else given


def test_the_commands_of_the_guide_are_ours() -> None:
    found = list(commands())
    assert len(found) >= 15
    known = command()
    for words in found:
        name, *rest = words
        one = known.commands[name]
        if hasattr(one, "commands"):
            one = one.commands[rest[0]]
            rest = rest[1:]
        options = {option for parameter in one.params for option in parameter.opts}
        assert {word for word in rest if word.startswith("--")} <= options, words


def test_the_guide_names_commands_and_settings_and_no_module() -> None:
    everything = DOCKERFILE + README + "".join((DOCKER / name).read_text() for name in COMPOSE)
    assert re.findall(r"\bonrecord(?:_archive)?[./]\w+\.py\b|\w+/\w+\.py\b", everything) == []
    modules = (path.stem for path in (ROOT / "server" / "onrecord").iterdir())
    assert [name for name in modules if re.search(rf"\bonrecord\.{name}\b", everything)] == []
    assert "--file docker/compose.demo.yaml" in README
