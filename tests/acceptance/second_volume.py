"""What lies on a second volume: a copy of the archive, by the hook `replica`, and a key store."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from onrecord.app.settings.load import load
from onrecord_archive.format.checkpoint import Policy, parse_policy
from tests.rig.command import onrecord
from tests.rig.installation import Installation
from tests.rig.patience import SECONDS as PATIENCE


def on_a_second_volume(made: Installation) -> Installation:
    """Name the second ones in the settings, as an operator does, and make the key store."""
    volume = made.data.parent / "second"
    replica(made).mkdir(parents=True)
    with made.settings.paths.settings.open("a") as file:
        file.write(f"""[keys]
copies = ["{volume}/keys.db"]
[hooks.copy]
kind = "replica"
[hooks.copy.options]
path = "{replica(made)}"
policy_file = "{made.settings.paths.policy}"
""")
    done = onrecord(made.data, "keys", "fill")
    assert (done.returncode, done.stdout.startswith("Made: ")) == (0, True), done.stderr
    made.settings = load(made.data)
    return made


def replica(made: Installation) -> Path:
    """Return the copy of the archive."""
    return made.data.parent / "second" / "archive"


def policy_of(made: Installation) -> Policy:
    """Return the log's public keys."""
    return parse_policy(made.settings.paths.policy.read_text(encoding="utf-8"))


def until(condition: Callable[[], bool]) -> None:
    """Wait until it holds."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@contextmanager
def first_volume_lost(made: Installation) -> Iterator[None]:
    """Take the first archive and the first key store away for a while."""
    lost = (made.settings.archive.directory, made.settings.keys.store)
    for path in lost:
        path.rename(path.with_name(f"{path.name}.lost"))
    try:
        yield
    finally:
        for path in lost:
            path.with_name(f"{path.name}.lost").rename(path)
