"""Previews and thumbs that were made, the last used ones kept in memory."""

from collections import OrderedDict
from typing import Final, Literal

from onrecord.features.uploads.previews import Drawn
from onrecord_archive.events.ids import BlobId

Form = Literal["preview", "thumb"]
MOST_BYTES: Final = 32 * 1024 * 1024


class SmallForms:
    """Belongs to the event loop."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[BlobId, Form], bytes] = OrderedDict()
        self._bytes = 0

    def get(self, blob: BlobId, form: Form) -> bytes | None:
        """Return one that is kept."""
        data = self._kept.get((blob, form))
        if data is not None:
            self._kept.move_to_end((blob, form))
        return data

    def keep(self, blob: BlobId, drawn: Drawn) -> None:
        """Keep both, and forget those that nobody asked for longest."""
        for form, data in (("preview", drawn.preview), ("thumb", drawn.thumb)):
            key: tuple[BlobId, Form] = (blob, "preview" if form == "preview" else "thumb")
            self._bytes += len(data) - len(self._kept.pop(key, b""))
            self._kept[key] = data
        while self._bytes > MOST_BYTES:
            _, gone = self._kept.popitem(last=False)
            self._bytes -= len(gone)
