"""Does the server run, and does it call itself ready?"""

from onrecord.app.settings.model import Settings
from onrecord.cli.checks.finding import Finding, failed, ok, warning
from onrecord.cli.reach.internal import ask
from onrecord.core.domain.conditions import CONDITIONS, Effect
from onrecord.core.domain.errors import Unavailable

TIMEOUT_S = 5.0


def check_server(settings: Settings) -> Finding:
    """Ask the internal listener."""
    path = settings.paths.internal
    if not path.exists():
        return warning("server", "The server is not running.", "onrecord serve")
    try:
        report = ask(path, "/ready", TIMEOUT_S)
    except Unavailable as error:
        return failed(
            "server", error.detail, "Start it: onrecord serve. A killed one leaves its socket."
        )
    if report.status == "down":
        return failed("server", report.reason, "Do what it says, then restart the container.")
    broken = ", ".join(f"{name}: {said}" for name, said in report.checks.items() if said != "ok")
    if report.status != "ready":
        return failed("server", f"It says {report.status} ({broken}).", "Look at its log.")
    if any(_degrades(said) for said in report.checks.values()):
        return warning("server", f"It records ({broken}).", "docs/operations.md says what to do.")
    return ok("server", f"It is ready ({', '.join(report.checks)}).")


def _degrades(said: str) -> bool:
    code = said.removeprefix("ok (").removesuffix(")")
    return CONDITIONS.get(code) in (Effect.DEGRADES, Effect.HOLDS)
