"""The route by which compliance puts the result of a random sample on the record."""

from dataclasses import dataclass

from onrecord.features.compliance.sample_bodies import NewSample, Sample
from onrecord.features.compliance.sampling import Sampling
from onrecord.features.compliance.values import Officer
from onrecord.http.operations import gives, takes
from onrecord.http.routes import Entry, ForSignedIn, SignedAsk
from onrecord_archive.format.record import format_time


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
        answer = await self.sampling.record(Officer.of(ask.who, ask.origin), body)
        return Sample(answer.conv_seq, format_time(answer.at))
