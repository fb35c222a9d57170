"""Has a hook attack its own other side before anything is delivered there, once a start.

What it tried is a record of the stream `config`. While something succeeds, nothing is delivered.
"""

from onrecord.core.domain.ids import new_id
from onrecord.core.domain.values import Facts, Origin, SystemEntry, config_entry
from onrecord.core.hooks.call import call_attack
from onrecord.core.hooks.figures import HookFigures
from onrecord.core.hooks.ports import HookSetting
from onrecord.core.hooks.tools import HookTools
from onrecord_archive.contract import Attacking, Attempt, HookError, Misconfigured
from onrecord_archive.events.ids import EventId

LONGEST_ANSWER = 200
"""Characters of an attempt, and of another program's answer, that are put on the record."""


class Unprotected(Misconfigured):
    """The other side let the hook delete or change what it must keep."""


class HookAttack:
    """One hook's attack. Belongs to its runner's task."""

    def __init__(self, setting: HookSetting, tools: HookTools, figures: HookFigures) -> None:
        self._hook = setting.hook
        self._name = setting.name
        self._timeout_s = setting.timeout_s
        self._tools = tools
        self._figures = figures
        self._recorded: Facts | None = None
        self._is_over = not isinstance(setting.hook, Attacking)

    async def step(self) -> HookError | None:
        """Attack unless all was refused since the start; return why nothing may be delivered.

        Raises what the recorder does: then it is done again.
        """
        if self._is_over or not isinstance(self._hook, Attacking):
            return None
        try:
            attempts = await call_attack(self._hook, self._timeout_s)
        except HookError as error:
            return error
        succeeded = tuple(_what(each) for each in attempts if not each.refused)
        await self._record(
            {
                "hook": self._name,
                "refused": tuple(_what(each) for each in attempts if each.refused),
                "succeeded": succeeded,
                "answers": tuple(_answer(each) for each in attempts if each.answer),
            }
        )
        self._is_over = not succeeded
        self._figures.unprotected = bool(succeeded)
        return Unprotected(f"the other side allowed: {', '.join(succeeded)}") if succeeded else None

    async def _record(self, facts: Facts) -> None:
        """Put the attempts on the record, and say it; once as long as they end the same."""
        if facts == self._recorded:
            return
        entry, event = SystemEntry("hook.attacked", facts), EventId(new_id(self._tools.clock))
        command = config_entry(event, entry, origin=Origin("settings"))
        await self._tools.recorder.record(command)
        self._recorded = facts
        if facts["succeeded"]:
            self._tools.log.error("hook_unprotected", hook=self._name)
        else:
            self._tools.log.info("hook_protected", hook=self._name)


def _answer(attempt: Attempt) -> str:
    return f"{_what(attempt)}: {attempt.answer[:LONGEST_ANSWER]}"


def _what(attempt: Attempt) -> str:
    return attempt.what[:LONGEST_ANSWER]
