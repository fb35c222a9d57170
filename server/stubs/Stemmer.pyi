# What OnRecord uses of PyStemmer (Snowball), which has no types of its own.
from collections.abc import Sequence

def algorithms(aliases: bool = ...) -> list[str]: ...
def version() -> str: ...

class Stemmer:
    maxCacheSize: int  # noqa: N815
    def __init__(self, algorithm: str, maxCacheSize: int = ...) -> None: ...  # noqa: N803
    def stemWord(self, word: str) -> str: ...  # noqa: N802
    def stemWords(self, words: Sequence[str]) -> list[str]: ...  # noqa: N802
