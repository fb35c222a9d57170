import { beforeEach, expect, test } from "vitest";
import { KeptEnd, type Scroller } from "./kept_end";

const NEAR = 48;

/** A log that scrolls as browsers have it scroll, and frames that come when the test says. */
class Page implements Scroller {
  clientWidth = 600;
  clientHeight = 500;
  scrollHeight = 2_000;
  private top = 1_500;
  private asked = new Map<number, () => void>();
  private ids = 0;
  readonly kept = new KeptEnd(this, NEAR, {
    ask: (look) => {
      this.ids += 1;
      this.asked.set(this.ids, look);
      return this.ids;
    },
    drop: (id) => void this.asked.delete(id),
  });

  get scrollTop(): number {
    return this.top;
  }

  /** Never beyond the end. That it scrolled is told. */
  set scrollTop(top: number) {
    this.top = Math.max(0, Math.min(top, this.scrollHeight - this.clientHeight));
    this.kept.scrolled();
  }

  /** How far the end is below what is in view. */
  get below(): number {
    return this.scrollHeight - this.top - this.clientHeight;
  }

  /** How many are asked for the next frame. */
  get waiting(): number {
    return this.asked.size;
  }

  resize(width: number, height: number): void {
    [this.clientWidth, this.clientHeight] = [width, height];
    this.kept.sized();
  }

  /** The next frames; before each something may happen. */
  frames(count: number, before = () => {}): void {
    for (let frame = 0; frame < count; frame += 1) {
      before();
      const { asked } = this;
      this.asked = new Map();
      for (const look of asked.values()) look();
    }
  }
}

let page: Page;

beforeEach(() => {
  page = new Page();
});

/** A row was measured, and is higher than it was taken to be. */
function grow(): void {
  page.scrollHeight += 100;
}

test("the end stays in view when the log becomes lower", () => {
  page.resize(600, 300);
  expect(page.below).toBe(0);
});

test("rows that are measured late, in another width, push nobody from the end", () => {
  page.resize(300, 500);
  page.frames(20, grow);
  expect(page.below).toBe(0);
  for (let pause = 0; pause < 3; pause += 1) {
    page.frames(8);
    page.frames(2, grow);
    expect(page.below).toBe(0);
  }
  page.frames(40);
  expect([page.below, page.waiting]).toEqual([0, 0]);
});

test("a size that changes again and again is looked after once", () => {
  for (const width of [500, 400, 300]) page.resize(width, 500);
  expect(page.waiting).toBe(1);
});

test("rows that push the end away while it is held do not count as going elsewhere", () => {
  page.resize(300, 500);
  grow();
  page.kept.scrolled();
  page.resize(300, 400);
  expect(page.below).toBe(0);
});

test("nothing moves when no size has changed", () => {
  page.resize(600, 300);
  page.frames(60);
  page.scrollTop -= NEAR;
  page.kept.sized();
  expect([page.below, page.waiting]).toEqual([NEAR, 0]);
});

test("whoever reads further up stays there", () => {
  page.scrollTop = 700;
  page.resize(600, 300);
  expect([page.scrollTop, page.waiting]).toEqual([700, 0]);
});

test("nobody who goes elsewhere by hand is pulled back, while rows are measured still", () => {
  page.resize(300, 500);
  page.frames(3, grow);
  page.kept.release();
  page.scrollTop = 700;
  page.frames(20, grow);
  page.resize(300, 400);
  expect([page.scrollTop, page.waiting]).toEqual([700, 0]);
});

test("nobody who is led elsewhere, as by a search, is pulled back while sizes settle", () => {
  page.resize(300, 500);
  page.frames(3, grow);
  page.scrollTop = 700;
  page.frames(20);
  page.resize(300, 400);
  expect([page.scrollTop, page.waiting]).toEqual([700, 0]);
});

test("nobody who is led elsewhere is pulled back by the rows that are measured there", () => {
  page.resize(300, 500);
  page.frames(3, grow);
  page.kept.lead();
  page.scrollTop = 700;
  page.frames(20, grow);
  page.resize(300, 400);
  expect([page.scrollTop, page.waiting]).toEqual([700, 0]);
});

test("a size that changes before the browser tells of the scrolling pulls nobody back", () => {
  page.kept.lead();
  page.resize(300, 400);
  expect(page.waiting).toBe(0);
});

test("who is led to the end, where nothing has to scroll, is kept there", () => {
  page.kept.lead();
  page.kept.scrolled();
  page.resize(600, 300);
  expect(page.below).toBe(0);
});

test("a row that comes while the page leads to the end is brought into view", () => {
  page.kept.lead();
  page.scrollHeight += NEAR;
  page.kept.arrive();
  expect(page.below).toBe(0);
});

test("who is led further up stays there, whatever came on the way", () => {
  page.kept.lead();
  page.scrollHeight += NEAR + 1;
  page.kept.arrive();
  expect(page.below).toBe(NEAR + 1);
});

test("who comes back to the end is kept there again", () => {
  page.scrollTop = 700;
  page.resize(600, 400);
  page.scrollTop = 1_580;
  page.resize(600, 300);
  expect(page.below).toBe(0);
});

test("rows that never settle are looked after for a while only", () => {
  page.resize(300, 500);
  page.frames(1_000, grow);
  expect(page.waiting).toBe(0);
});
