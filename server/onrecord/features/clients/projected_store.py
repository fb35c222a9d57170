"""What is said of clients is read in the timeline alone."""

from collections.abc import Mapping
from typing import Final

from onrecord.core.store.projections import Projector, row_alone
from onrecord_archive.events.clients import (
    AssuranceChanged,
    DeviceAdded,
    IdentityConfirmed,
    IdentityReset,
    IdentityWithdrawn,
    NoticeAccepted,
)
from onrecord_archive.events.payload import Payload

PROJECTORS: Final[Mapping[type[Payload], Projector]] = dict.fromkeys(
    (
        NoticeAccepted,
        DeviceAdded,
        IdentityConfirmed,
        IdentityWithdrawn,
        IdentityReset,
        AssuranceChanged,
    ),
    row_alone,
)
