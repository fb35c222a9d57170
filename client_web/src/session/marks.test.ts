import { describe, expect, test } from "vitest";
import { ANNA, BEN, World } from "../../tests/fakes/world";
import type * as wire from "../wire/types.gen";
import { isArchived, isMuted, UNNUMBERED, withMark } from "./marks";

const NOW = Date.parse("2026-11-26T12:00:00Z");
const LATER = "2026-11-26T20:00:00.000000Z";

describe("marks", () => {
  test("change one by one; nothing is left of what was taken back", () => {
    const pinned = withMark(undefined, { mark: "pinned" }, 7);
    expect(pinned).toEqual({ pinned: 7 });
    const muted = withMark(pinned, { mark: "muted", until: LATER }, 8);
    expect(muted).toEqual({ pinned: 7, muted: true, muted_until: LATER });
    const forGood = withMark(muted, { mark: "muted" }, 9);
    expect(forGood).toEqual({ pinned: 7, muted: true });
    expect(withMark(muted, { mark: "muted", on: false }, 9)).toEqual({ pinned: 7 });
    const only = withMark(muted, { mark: "muted", level: "mentions" }, 9);
    expect(only).toEqual({ pinned: 7, muted: true, level: "mentions" });
    expect(withMark(only, { mark: "muted", until: LATER }, 9)).toEqual(muted);
    expect(withMark(only, { mark: "muted", on: false }, 9)).toEqual({ pinned: 7 });
    expect(withMark(only, { mark: "unread" }, 9)).toEqual({ ...only, unread: true });
    expect(withMark(pinned, { mark: "pinned", on: false }, 9)).toBeUndefined();
    expect(withMark(muted, { mark: "unread" }, UNNUMBERED)?.unread).toBe(true);
  });

  test("a muting ends at its time, or never", () => {
    expect(isMuted({ muted: true, muted_until: LATER }, NOW)).toBe(true);
    expect(isMuted({ muted: true, muted_until: LATER }, Date.parse(LATER))).toBe(false);
    expect(isMuted({ muted: true }, NOW * 2)).toBe(true);
    expect(isMuted({ pinned: 1 }, NOW)).toBe(false);
  });

  test("a later message brings back what was archived, unless it is muted", () => {
    expect(isArchived({ archived: 4 }, 4, NOW)).toBe(true);
    expect(isArchived({ archived: 4 }, 5, NOW)).toBe(false);
    expect(isArchived({ archived: 4, muted: true }, 5, NOW)).toBe(true);
    expect(isArchived({ archived: 4, muted: true, muted_until: LATER }, 5, NOW * 2)).toBe(false);
    expect(isArchived(undefined, 5, NOW)).toBe(false);
  });
});

describe("what is noted on one device", () => {
  test("shows on the others, also after they were away, and to nobody else", async () => {
    const world = new World();
    const conv = world.group(ANNA, BEN);
    const said = world.say(conv, BEN, "Keep this");
    const [desk, phone, ben] = [ANNA, ANNA, BEN].map((person) => world.browser(person).open());
    await world.pass(1_000);
    const looks = [desk, phone, ben].map((session) => session?.timelines.use(conv));
    for (const look of looks) void look?.ensure();
    await world.pass(1_000);
    const target = said.event_id;
    void desk?.outbox.add({ t: "star", conv, target });
    void desk?.outbox.add({ t: "mark", conv, mark: "pinned" });
    await world.pass(1_000);
    world.server.cut();
    void desk?.outbox.add({ t: "mark", conv, mark: "archived", up_to: 1 });
    await world.pass(5_000);
    const marks = (session: typeof desk) => session?.roster.conversations.get(conv)?.marks;
    expect(marks(phone)).toEqual({ pinned: expect.any(Number), archived: 1 });
    expect(marks(desk)).toEqual(marks(phone));
    expect(marks(ben)).toBeUndefined();
    const stars = looks.map((look) => look?.timeline.get(target) as wire.MessageSent | undefined);
    expect(stars.map((row) => row?.starred)).toEqual([true, true, undefined]);
    expect(desk?.outbox.count()).toEqual({ unsent: 0, refused: 0 });
  });
});
