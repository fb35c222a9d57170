"""The client's builds in a folder of a test's own, where a newer one takes their place."""

import json
import re
import shutil
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

NAME = re.compile(r'("name":")[0-9a-f]{16}')
"""What a worker calls its build."""
NEXT = "-next.js"
"""How the entry of a newer build ends."""


def copy_builds(folder: Path) -> Path:
    """Copy what the package serves."""
    shutil.copytree(str(files("onrecord.http") / "static"), folder)
    return folder


def files_of_a_link(language: str) -> frozenset[str]:
    """Return the files that `npm run size` counts for whoever comes by a link."""
    chat = files("onrecord.http") / "static" / "chat"
    manifest = json.loads((chat / ".vite" / "manifest.json").read_text(encoding="utf-8"))
    page = (chat / "index.html").read_text(encoding="utf-8")
    texts = f"src/locales/{language}.json"
    wanted = ["src/views/door.tsx", "src/view_models/doors.ts", texts, f"{texts}?doors"]
    wanted += [name for name, one in manifest.items() if f'"/{one["file"]}"' in page]
    found: set[str] = set()
    while wanted:
        chunk = manifest[wanted.pop()]
        if chunk["file"] not in found:
            found |= {chunk["file"], *chunk.get("css", [])}
            wanted += chunk.get("imports", [])
    return frozenset(found)


def deploy_next(folder: Path) -> None:
    """Put a newer build of the chat there: all its scripts have other names, the old ones go."""
    chat = folder / "chat"
    for compressed in chat.rglob("*.br"):
        compressed.unlink()
    scripts = {path.name: path.stem + NEXT for path in (chat / "assets").glob("*.js")}
    for path in [chat / "index.html", chat / "worker.js", *(chat / "assets").glob("*.js")]:
        text = path.read_text(encoding="utf-8")
        for old, new in scripts.items():
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")
    worker = chat / "worker.js"
    text = worker.read_text(encoding="utf-8")
    worker.write_text(NAME.sub(lambda found: found[1] + _hash(text), text), encoding="utf-8")
    for old, new in scripts.items():
        (chat / "assets" / old).rename(chat / "assets" / new)


def _hash(text: str) -> str:
    return sha256(text.encode("utf-8")).hexdigest()[:16]
