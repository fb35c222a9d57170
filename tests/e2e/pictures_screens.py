"""The screens of the contact sheets: how somebody gets to each, in whatever language."""

import json
from collections.abc import Callable, Mapping

from playwright.sync_api import expect

from tests.e2e.pictures_stage import CLIENT_WEB, Bank, Look, Visit

Show = Callable[[Visit], None]
Screens = Callable[[Bank, Look, Callable[[str, Visit], None]], None]
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


def chat_screens(bank: Bank, look: Look, photograph: Callable[[str, Visit], None]) -> None:
    """Photograph what an employee sees in the running demo."""
    visit = bank.enter("anna", look)
    for name, show in CHAT.items():
        visit.page.goto(bank.demo.chat.origin)
        _list(visit)
        show(visit)
        photograph(f"{name} {look}", visit)
    visit.page.context.close()


def gallery_screens(scenes: tuple[str, ...]) -> Screens:
    """Return what photographs these scenes of the gallery, each once it says that it is ready."""

    def screens(bank: Bank, look: Look, photograph: Callable[[str, Visit], None]) -> None:
        visit = bank.visit("about:blank", look)
        for scene in scenes:
            entry = "gallery_console" if scene.startswith("console") else "gallery"
            asked = f"?scene={scene}&theme={look.scheme}&lang={look.language}"
            visit.page.goto(f"{bank.gallery}/{entry}.html{asked}")
            expect(visit.page.locator("html[data-ready]")).to_be_attached(timeout=30_000)
            photograph(f"{scene} {look}", visit)
        visit.page.context.close()

    return screens


def console_screens(bank: Bank, look: Look, photograph: Callable[[str, Visit], None]) -> None:
    """Photograph a compliance officer's whole way, in a case of this look's own."""
    visit = bank.enter("ewa", look, console=True)
    page = visit.page
    photograph(f"cases {look}", visit)
    page.locator("[name=id]").fill("C-" + str(look).replace(" ", "-"))
    page.locator("[name=reason]").fill("A client complained about the settlement of a trade.")
    visit.press("console.open_case.verb")
    expect(page.locator("[name=words]")).to_be_visible()
    photograph(f"workbench {look}", visit)
    page.locator("[name=words]").fill("EUR")
    visit.press("console.query.verb")
    page.locator("[data-hit]").first.click()
    photograph(f"results {look}", visit)
    visit.press("console.opening.verb")
    expect(page.locator("[data-seq]").first).to_be_visible()
    photograph(f"transcript {look}", visit)
    visit.press("console.range.export")
    photograph(f"export {look}", visit)
    visit.press("console.export.verb")
    expect(page.locator("a[href*=bundle]")).to_be_visible(timeout=30_000)
    photograph(f"exports {look}", visit)
    visit.press("console.tab.record")
    expect(page.locator("tbody tr")).to_have_count(4)
    photograph(f"record {look}", visit)
    visit.press("console.cases.title")
    expect(page.locator("#cases")).to_be_visible()
    page.context.close()
