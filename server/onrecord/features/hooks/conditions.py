"""What is wrong with a hook: the most serious of its conditions (core/domain/conditions.py)."""

from onrecord.core.hooks.dispatcher import Dispatcher
from onrecord.core.hooks.figures import HookFigures
from onrecord_archive.contract import HookError


async def condition_of(hooks: Dispatcher, figures: HookFigures) -> str | None:
    """Return the most serious condition of a hook, None where nothing is to be said."""
    if hooks.shipping.is_behind(figures.hook):
        return "hook_behind"
    if figures.state == "paused":
        return "hook_paused"
    if figures.unprotected:
        return "hook_unprotected"
    try:
        await hooks.ping(figures.hook)
    except HookError:
        return "hook_unavailable"
    return _of_figures(figures)


def _of_figures(figures: HookFigures) -> str | None:
    if figures.compared and figures.compared.differences:
        return "hook_differs"
    if figures.blocked_streams:
        return "record_refused"
    if figures.opening.is_whole and not figures.receipts:
        return "plaintext_without_receipts"
    if not figures.receipts:
        return "without_receipts"
    if figures.opening.is_whole:
        return "plaintext"
    return "reduced" if figures.opening.is_reduced else None
