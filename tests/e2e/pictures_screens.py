"""The screens of the contact sheets: how somebody gets to each, in whatever language."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from playwright.sync_api import Error, expect

from tests.e2e.pictures_stage import CLIENT_WEB, Bank, Look, Visit, rest

Show = Callable[[Visit], None]
Photograph = Callable[[str, Visit], None]
Screens = Callable[[Bank, Look, Photograph], None]
SCENE_SECONDS = 20.0
"""Within which a scene of the gallery comes, or the pictures are not made."""
ABREAST = 4
"""Scenes shown at the same time, each in a window of its own: one behind another takes seconds."""
SCREENS: Mapping[str, list[str]] = json.loads(
    (CLIENT_WEB / "src/views/gallery/screens.json").read_text("utf-8")
)
"""What the gallery shows, by screen; a test of the client holds it against what there is."""
DOORS = ("screen ", "invitation ", "client sign-in ")
PANES = ("list", "timeline", "composer", "menus", "toasts")
BY_HAND = "by hand"


def _scenes(*screens: str) -> tuple[str, ...]:
    found = (
        scene
        for screen, scenes in SCREENS.items()
        if screen.startswith(screens)
        for scene in scenes
    )
    return tuple(dict.fromkeys(found))


CONSOLE_SCENES = tuple(scene for scene in _scenes("") if scene.startswith("console"))
DOOR_SCENES = tuple(scene for scene in _scenes(*DOORS) if scene != "deal")
PANE_SCENES = ("deal", *_scenes(*PANES))
SHEET_SCENES = tuple(
    scene
    for scene in _scenes("")
    if scene not in (*CONSOLE_SCENES, *DOOR_SCENES, *PANE_SCENES, *SCREENS[BY_HAND])
)


def conversation(visit: Visit, name: str) -> None:
    """Open a conversation and wait for what was said last."""
    visit.page.locator("nav li button").filter(has_text=name).first.click()
    expect(visit.page.get_by_role("log")).to_be_visible()
    expect(visit.page.get_by_role("article").last).to_be_visible()


def _list(visit: Visit) -> None:
    expect(visit.page.locator("nav li button").first).to_be_visible()


def _direct(visit: Visit) -> None:
    conversation(visit, "Marek")


def _group(visit: Visit) -> None:
    conversation(visit, "FX desk")


def _members(visit: Visit) -> None:
    _group(visit)
    visit.press("members.open")
    expect(visit.page.get_by_role("heading", level=2).last).to_be_visible()


def _menu(visit: Visit) -> None:
    _group(visit)
    visit.page.get_by_role("article").last.click(button="right")
    expect(visit.page.get_by_role("menu")).to_be_visible()


def _info(visit: Visit) -> None:
    _menu(visit)
    visit.press("message.info")
    expect(visit.page.locator("dt").first).to_be_visible()


def _new(visit: Visit) -> None:
    visit.press("new.open")
    expect(visit.page.get_by_role("dialog")).to_be_visible()


def _search(visit: Visit) -> None:
    visit.page.get_by_role("searchbox").fill("EUR")
    expect(visit.page.locator("mark").first).to_be_visible()


def _devices(visit: Visit) -> None:
    visit.page.locator("nav header button[aria-haspopup=menu]").first.click()
    visit.press("devices.title")
    expect(visit.page.get_by_text(visit.words["devices.current"])).to_be_visible()


CHAT: Mapping[str, Show] = {
    "list": _list,
    "direct": _direct,
    "group": _group,
    "members": _members,
    "menu": _menu,
    "message info": _info,
    "new": _new,
    "search": _search,
    "devices": _devices,
}


def _open_case(visit: Visit) -> None:
    page = visit.page
    page.locator("[name=id]").fill("C-" + str(visit.look).replace(" ", "-"))
    page.locator("[name=reason]").fill("A client complained about the settlement of a trade.")
    visit.press("console.open_case.verb")
    expect(page.locator("[name=words]")).to_be_visible()


def _results(visit: Visit) -> None:
    visit.page.locator("[name=words]").fill("EUR")
    visit.press("console.query.verb")
    visit.page.locator("[data-hit]").first.click()


def _transcript(visit: Visit) -> None:
    visit.press("console.opening.verb")
    expect(visit.page.locator("[data-seq]").first).to_be_visible()


def _export(visit: Visit) -> None:
    visit.press("console.range.export")


def _exports(visit: Visit) -> None:
    visit.press("console.export.verb")
    expect(visit.page.locator("a[href*=bundle]")).to_be_visible()


def _record(visit: Visit) -> None:
    visit.press("console.tab.record")
    expect(visit.page.locator("tbody tr")).to_have_count(4)


CONSOLE: Mapping[str, Show] = {
    "cases": lambda visit: expect(visit.page.locator("#cases")).to_be_visible(),
    "workbench": _open_case,
    "results": _results,
    "transcript": _transcript,
    "export": _export,
    "exports": _exports,
    "record": _record,
}
"""A compliance officer's whole way, in a case of each look's own."""


@contextmanager
def coming(caption: str) -> Iterator[None]:
    """Say which screen it was that did not come. Raises RuntimeError then."""
    try:
        yield
    except (AssertionError, Error) as error:
        raise RuntimeError(f"the screen {caption!r} did not come: {error}") from error


def chat_screens(bank: Bank, look: Look, photograph: Photograph) -> None:
    """Photograph what an employee sees in the running demo."""
    visit = bank.enter("anna", look)
    for name, show in CHAT.items():
        visit.page.goto(bank.demo.chat.origin)
        with coming(f"{name} {look}"):
            _list(visit)
            show(visit)
        rest(visit.page)
        photograph(f"{name} {look}", visit)
    visit.page.context.close()


def console_screens(bank: Bank, look: Look, photograph: Photograph) -> None:
    """Photograph what a compliance officer sees in the running demo."""
    visit = bank.enter("ewa", look, console=True)
    for name, show in CONSOLE.items():
        with coming(f"{name} {look}"):
            show(visit)
        rest(visit.page)
        photograph(f"{name} {look}", visit)
    visit.press("console.cases.title")
    expect(visit.page.locator("#cases")).to_be_visible()
    visit.page.context.close()


def gallery_screens(scenes: Sequence[str], seconds: float = SCENE_SECONDS) -> Screens:
    """Return what photographs these scenes of the gallery, each once it says that it is ready.

    Some stand open beside each other, so that they come to rest in the same time.
    """

    def screens(bank: Bank, look: Look, photograph: Photograph) -> None:
        visits = [bank.visit("about:blank", look) for _ in range(ABREAST)]
        for start in range(0, len(scenes), ABREAST):
            shown = list(zip(scenes[start : start + ABREAST], visits, strict=False))
            for scene, visit in shown:
                entry = "gallery_console" if scene.startswith("console") else "gallery"
                asked = f"?scene={scene}&theme={look.scheme}&lang={look.language}"
                visit.page.goto(f"{bank.gallery}/{entry}.html{asked}", wait_until="commit")
            for scene, visit in shown:
                ready = visit.page.locator("html[data-ready]")
                with coming(f"{scene} {look}"):
                    expect(ready).to_be_attached(timeout=seconds * 1000)
            for _, visit in shown:
                rest(visit.page)
            for scene, visit in shown:
                photograph(f"{scene} {look}", visit)
        for visit in visits:
            visit.page.context.close()

    return screens
