/** Which page is shown when several are on their way, and when the rows are forgotten meanwhile. */
import { beforeEach, describe, expect, test } from "vitest";
import type * as wire from "../wire/types.gen";
import { Unreachable } from "./failures";
import { Paging } from "./paging";
import type { Page } from "./ports";
import { Timeline } from "./timeline";

const rows = (from: number, to: number): wire.MessageSent[] =>
  Array.from({ length: to - from }, (_, i) => ({
    type: "message.sent",
    event_id: `e${from + i}`,
    conv_seq: from + i,
    msg_no: from + i,
    conv: "c",
    actor: "anna",
    at: "2026-11-27T10:00:00.000000Z",
    text: "Yes.",
  }));

const NEWEST: wire.Timeline = { events: rows(100, 120), more_before: true, more_after: false };
const AROUND: wire.Timeline = { events: rows(5, 25), more_before: true, more_after: true };
const BEFORE: wire.Timeline = { events: rows(80, 100), more_before: true, more_after: true };

interface Call {
  readonly page: Page;
  answer(page: wire.Timeline): Promise<void>;
  fail(): Promise<void>;
}

let calls: Call[];
let paging: Paging;

/** What was asked for and not answered yet, oldest first. */
const open = () => calls.map(({ page: { limit, ...place } }) => place);

async function settled(): Promise<void> {
  for (let i = 0; i < 10; i += 1) await Promise.resolve();
}

async function answer(page: wire.Timeline, place = 0): Promise<void> {
  await calls.splice(place, 1)[0]?.answer(page);
}

beforeEach(() => {
  calls = [];
  const timeline = (_: string, page: Page) =>
    new Promise<wire.Timeline>((resolve, reject) => {
      calls.push({
        page,
        answer: (found) => {
          resolve(found);
          return settled();
        },
        fail: () => {
          reject(new Unreachable("offline"));
          return settled();
        },
      });
    });
  paging = new Paging(new Timeline("c", "ben"), { timeline });
});

const shown = () => paging.timeline.rows[0]?.conv_seq;

describe("the page that was asked for last is shown", () => {
  test.each([
    ["the first answer comes first", 0],
    ["the first answer comes last", 1],
  ])("%s", async (_, place) => {
    const newest = paging.newest();
    const around = paging.around(12);
    await answer(place === 0 ? NEWEST : AROUND, place);
    await answer(place === 0 ? AROUND : NEWEST);
    await Promise.all([newest, around]);
    expect(shown()).toBe(5);
    expect(paging.loading).toBe("none");
    expect(open()).toEqual([]);
  });

  test("also when the older one fails", async () => {
    const pages = [paging.newest(), paging.around(12)];
    await calls.splice(0, 1)[0]?.fail();
    expect([paging.loading, paging.failure]).toEqual(["first", undefined]);
    await answer(AROUND);
    await Promise.all(pages);
    expect([shown(), paging.failure]).toEqual([5, undefined]);
  });

  test("a page of older rows that comes late does not end the wait for it", async () => {
    const first = paging.newest();
    await answer(NEWEST);
    const pages = [first, paging.before(), paging.around(12)];
    await answer(BEFORE);
    expect(paging.loading).toBe("first");
    await answer(AROUND);
    await Promise.all(pages);
    expect(shown()).toBe(5);
  });
});

describe("rows are forgotten", () => {
  test("while somebody is on the way to a message: they get there", async () => {
    const around = paging.around(12);
    paging.timeline.reset();
    void paging.renew();
    await answer(AROUND);
    expect(open()).toEqual([{ around: 12 }]);
    await answer(AROUND);
    await around;
    expect([shown(), paging.loading]).toEqual([5, "none"]);
  });

  test("while nothing is asked for: the newest come", async () => {
    const first = paging.newest();
    await answer(NEWEST);
    await first;
    paging.timeline.reset();
    void paging.renew();
    expect(open()).toEqual([{}]);
  });

  test("while older ones come: the newest come, and the older are of no use", async () => {
    const first = paging.newest();
    await answer(NEWEST);
    const before = paging.before();
    paging.timeline.reset();
    const renewed = paging.renew();
    await answer(BEFORE);
    expect(shown()).toBeUndefined();
    await answer(NEWEST);
    await Promise.all([first, before, renewed]);
    expect([shown(), paging.loading]).toEqual([100, "none"]);
  });
});
