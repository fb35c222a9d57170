"""Finds the hooks that settings name among the installed ones: installed is not enabled."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import EntryPoint, entry_points

from onrecord_archive.contract import ENTRY_POINT_GROUP, Filter, Hook, HookError, HookFactory
from onrecord_archive.format.errors import ArchiveError


class HookUnavailable(ArchiveError):
    """A hook that settings name cannot run: refuse to start.

    `hook` is its name in the settings, `diagnostics` says what to do.
    """

    def __init__(self, hook: str, message: str, diagnostics: str) -> None:
        """Keep the hook's name and the advice next to the message."""
        super().__init__(message)
        self.hook = hook
        self.diagnostics = diagnostics


def installed() -> tuple[str, ...]:
    """Return the kinds of hooks that are installed here, whether enabled or not."""
    return tuple(sorted({point.name for point in entry_points(group=ENTRY_POINT_GROUP)}))


def open_hook(name: str, kind: str, options: Mapping[str, str]) -> Hook:
    """Return the hook that settings call `name`, of the installed `kind`, with its options.

    Raises HookUnavailable if the kind is not installed, installed twice, does not load, refuses
    its options, or gives something that is no hook.
    """
    factory = _factory(name, kind)
    try:
        hook = factory(options)
    except HookError as error:
        raise HookUnavailable(
            name, f"hook {name}: {error}", f"Correct the options of hook {name} in the settings."
        ) from error
    except Exception as error:  # a foreign factory: whatever it raises is a reason not to start
        raise _broken(name, kind, error) from error
    if not _is_hook(hook):
        raise _broken(name, kind, TypeError(f"{type(hook).__name__} is no hook"))
    return hook


def _factory(name: str, kind: str) -> HookFactory:
    points = [point for point in entry_points(group=ENTRY_POINT_GROUP) if point.name == kind]
    if not points:
        have = ", ".join(installed()) or "none"
        raise HookUnavailable(
            name,
            f"hook {name}: no hook of kind {kind} is installed",
            f"Install the package that brings {kind}, or name one of these: {have}.",
        )
    if len({point.value for point in points}) > 1:
        values = ", ".join(sorted(point.value for point in points))
        raise HookUnavailable(
            name,
            f"hook {name}: the kind {kind} is installed twice",
            f"Uninstall one of the packages that bring {values}.",
        )
    return _load(name, points[0])


def _load(name: str, point: EntryPoint) -> HookFactory:
    try:
        factory: HookFactory = point.load()
    except Exception as error:  # a foreign module: whatever its import raises
        raise _broken(name, point.name, error) from error
    if not callable(factory):
        raise _broken(name, point.name, TypeError(f"{point.value} is not callable"))
    return factory


def _broken(name: str, kind: str, error: Exception) -> HookUnavailable:
    return HookUnavailable(
        name,
        f"hook {name}: {kind} does not load: {type(error).__name__}: {error}",
        f"Update or repair the package that brings {kind}, or take {name} out of the settings.",
    )


def _is_hook(value: object) -> bool:
    """Tell whether `value` has every member of the contract (its meaning is for the tests)."""
    calls = all(callable(getattr(value, name, None)) for name in ("deliver", "ping", "close"))
    size = getattr(value, "batch_size", 0)
    wants = getattr(value, "wants", None)
    return (
        calls
        and isinstance(size, int)
        and size >= 1
        and (wants in ("records", "log") or isinstance(wants, Filter))
    )
