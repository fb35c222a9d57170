"""Write what the client's picker offers, from emojibase-data (npm, MIT; after Unicode CLDR).

    npm pack emojibase-data && tar xf emojibase-data-*.tgz && python tools/emoji_data.py package
    cd client_web && npm run format

Only what the server takes as a reaction is offered, each in the form that it takes.
"""

import json
import sys
from pathlib import Path
from typing import Any, Final

from emoji import EMOJI_DATA, STATUS

TARGET: Final = Path(__file__).parents[1] / "client_web" / "src" / "locales"
COMPONENTS: Final = 2
"""emojibase's group of skin tones and hair, which are no emoji by themselves."""
QUALIFIED: Final = STATUS["fully_qualified"]


def known(entry: dict[str, Any]) -> str | None:
    """Return an emoji in its full form; None where the server knows none."""
    shown: str = entry["unicode"]
    plain = "".join(chr(int(part, 16)) for part in entry["hexcode"].split("-"))
    forms = (shown, plain, plain + "\ufe0f", shown.replace("\ufe0f", ""))
    return next(
        (form for form in forms if EMOJI_DATA.get(form, {}).get("status") == QUALIFIED), None
    )


def offered(entries: list[dict[str, Any]]) -> list[list[list[str]]]:
    """Return the groups in their order: each emoji with its name and what else it is found by."""
    groups: dict[int, list[list[str]]] = {}
    for entry in sorted(entries, key=lambda each: each.get("order", 0)):
        group, emoji = entry.get("group"), known(entry)
        if group is None or group == COMPONENTS or emoji is None:
            continue
        words = " ".join(entry.get("tags", []))
        groups.setdefault(group, []).append([emoji, entry["label"], words])
    return [groups[group] for group in sorted(groups)]


def main(source: Path) -> None:
    """Write one file for each language."""
    for language in ("en", "pl"):
        text = (source / language / "compact.json").read_text(encoding="utf-8")
        found = json.dumps(offered(json.loads(text)), ensure_ascii=False)
        (TARGET / f"emoji.{language}.json").write_text(found + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
