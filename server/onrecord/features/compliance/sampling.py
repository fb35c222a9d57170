"""The result of compliance's random sample is a record of the stream `config`."""

from typing import Final

from onrecord.core.domain.errors import BadInput
from onrecord.core.domain.values import CONFIG, Answer, Facts
from onrecord.features.compliance.access import AccessLog
from onrecord.features.compliance.sample_bodies import NewSample
from onrecord.features.compliance.values import Officer

SAMPLED: Final = "archive.sampled"


class Sampling:
    """Records what was found. Nothing is opened here: the server has no opening key."""

    def __init__(self, access: AccessLog) -> None:
        self._access = access

    async def record(self, officer: Officer, made: NewSample) -> Answer:
        """Return once it is archived. Raises BadInput (`bad_body`), Unavailable."""
        if len(made.failed) > made.count or made.count > made.size:
            raise BadInput("bad_body", "More failed than were drawn, or more drawn than there are.")
        facts: Facts = {
            "size": made.size,
            "seed": made.seed,
            "count": made.count,
            "opened": made.count - len(made.failed),
            "failed": tuple(str(index) for index in made.failed),
        }
        return await self._access.record_in(CONFIG, officer, SAMPLED, facts)
