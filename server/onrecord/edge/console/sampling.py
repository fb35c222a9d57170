"""The route by which compliance puts the result of a random sample on the record."""

from dataclasses import dataclass

from onrecord.compliance.sampling import Sampling
from onrecord.edge.console.asking import officer
from onrecord.edge.operations import gives, takes
from onrecord.edge.routes import Entry, ForSignedIn, SignedAsk
from onrecord.wire.samples import NewSample, Sample
from onrecord_archive.record import format_time


@dataclass(frozen=True, slots=True)
class SampleRoutes:
    """One route."""

    sampling: Sampling

    def table(self) -> list[Entry]:
        """Return it."""
        return [ForSignedIn("POST", "/api/v1/samples", self._record, "console.samples")]

    @takes(NewSample)
    @gives(Sample, 201)
    async def _record(self, ask: SignedAsk, body: NewSample) -> Sample:
        """Put the result of a random sample, opened elsewhere, on the record."""
        answer = await self.sampling.record(officer(ask), body)
        return Sample(answer.conv_seq, format_time(answer.at))
