"""The demo's settings file."""

from onrecord.demo.cast import FIRM

LETTERS = "letters"
"""The folder, below the data directory, that the demo's letters go to instead of out."""


def settings_text(port: int) -> str:
    """Return the demo's settings file; chat, console and files take *port* and the next two."""
    tables = [
        "# Written by `onrecord demo run`; --port writes it anew, without your changes.",
        f'[firm]\nname = "{FIRM}"',
        '[log]\nformat = "text"\nlevel = "warning"',
        f'[mail]\nfolder = "{LETTERS}"',
    ]
    for number, name in enumerate(("chat", "console", "files"), port):
        tables.append(
            f'[{name}]\norigin = "https://{name}.localhost:{number}"\nlisten = "127.0.0.1:{number}"'
        )
    return "\n\n".join(tables) + "\n"
