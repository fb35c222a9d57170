"""Are the hooks kept from what is not for them?"""

from onrecord.app.hooks import unconfined
from onrecord.app.settings.model import Settings
from onrecord.cli.checks.finding import Finding, failed, ok, warning
from onrecord.core.hooks.process.confine import can_confine

SUBJECT = "hooks"
ADVICE = (
    "Run the server on Linux 5.13 or newer with Landlock switched on, or give each hook a user of"
    " its own: hooks.NAME.user."
)


def check_hooks(settings: Settings) -> Finding:
    """Look whether this system can confine a hook's process, or each runs as another user."""
    if not settings.hooks:
        return ok(SUBJECT, "None is set up.")
    if can_confine():
        return ok(SUBJECT, "Each is kept to the files that its options name (Landlock).")
    open_ones = [name for name, hook in settings.hooks.items() if not hook.user]
    for name in open_ones:
        if settings.hooks[name].sees != "sealed":
            detail, advice = unconfined(name)
            return failed(SUBJECT, f"{detail}.", advice)
    if open_ones:
        names = ", ".join(open_ones)
        detail = f"This system can't keep {names} from the server's own files."
        return warning(SUBJECT, detail, ADVICE)
    return ok(SUBJECT, "Each runs as a user of its own.")
