"""A second server on the database and the archive of a first: a copy of its data directory."""

from dataclasses import replace
from pathlib import Path
from shutil import copytree, ignore_patterns

from onrecord.app.settings.load import load
from tests.rig.installation import Installation, free_ports


def second_server(made: Installation, folder: Path, *, same_ports: bool = False) -> Installation:
    """Copy the data directory as it is, but for what runs; the copy listens elsewhere.

    The settings must name a PostgreSQL, and an archive outside the data directory.
    """
    folder.mkdir()
    data = Path(copytree(made.data, folder / "data", ignore=ignore_patterns("run")))
    toml = (data / "onrecord.toml").read_text(encoding="utf-8")
    if not same_ports:
        taken = [each.port for each in (made.settings.chat, made.settings.console)]
        taken.append(made.settings.files.port)
        for port, other in zip(taken, free_ports(3), strict=True):
            toml = toml.replace(f':{port}"', f':{other}"')
    (data / "onrecord.toml").write_text(toml, encoding="utf-8")
    return replace(made, data=data, settings=load(data))
