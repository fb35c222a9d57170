"""Which pages of a write reach the disk before a power cut: any of them, in any order."""

import random
from pathlib import Path

PAGE = 4096


def lose_pages(path: Path, synced: int, chance: random.Random) -> list[int]:
    """Keep or drop each page of a file that holds bytes written since its last fsync.

    `synced` is how many bytes that fsync covered; they stay. What is dropped reads as zeros, and
    the file may also end before it, where nothing behind it was kept. Returns the pages dropped.
    """
    data = bytearray(path.read_bytes())
    pages = range(synced // PAGE, -(-len(data) // PAGE))
    dropped = [page for page in pages if chance.random() < 0.5]
    for page in dropped:
        start, end = max(synced, page * PAGE), min((page + 1) * PAGE, len(data))
        data[start:end] = bytes(end - start)
    kept_end = len(data)
    for page in reversed(pages):
        if page not in dropped:
            break
        kept_end = max(synced, page * PAGE)
    if chance.random() < 0.5:
        del data[kept_end:]
    path.chmod(0o600)
    path.write_bytes(data)
    return dropped
