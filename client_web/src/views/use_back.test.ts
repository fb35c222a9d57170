/** The history beside the screen: a browser goes back some time after it was told to. */
import { expect, test } from "vitest";
import type { Steps } from "./browser";
import { Layers } from "./layers";
import { StepKeeper } from "./use_back";

/** A tab that goes where it is told once `arrive` is called. */
class SlowTab implements Steps {
  readonly entries: unknown[] = [null];
  at = 0;
  private readonly told: number[] = [];
  private listener: ((state: unknown) => void) | undefined;

  state = () => this.entries[this.at];

  push(state: object): void {
    this.at += 1;
    this.entries.splice(this.at, Number.POSITIVE_INFINITY, state);
  }

  go(by: number): void {
    this.told.push(by);
  }

  subscribe(listener: (state: unknown) => void): () => void {
    this.listener = listener;
    return () => {};
  }

  arrive(): void {
    for (const by of this.told.splice(0)) {
      this.at += by;
      this.listener?.(this.state());
    }
  }

  /** Somebody presses the browser's button. */
  back(): void {
    this.go(-1);
    this.arrive();
  }
}

/** A screen of so many steps with layers over them, in a tab. */
function screen(tab = new SlowTab(), steps = 0) {
  const layers = new Layers();
  const shown = { steps, layers, tab };
  const keeper = new StepKeeper(tab, {
    depth: () => shown.steps + layers.count,
    closeTop: () => {
      if (!layers.closeTop()) shown.steps -= 1;
    },
  });
  tab.subscribe((state) => keeper.wentTo(state));
  const layer = () => {
    const close = layers.add({ close: () => close() });
    return close;
  };
  return { ...shown, shown, keeper, layer };
}

test("a step back closes the uppermost layer alone, and the one below it at the next", () => {
  const { shown, keeper, layer, layers, tab } = screen(undefined, 1);
  layer();
  layer();
  keeper.settle();
  expect(tab.at).toBe(3);
  tab.back();
  expect([shown.steps, layers.count, tab.at]).toEqual([1, 1, 2]);
  tab.back();
  expect([shown.steps, layers.count, tab.at]).toEqual([1, 0, 1]);
  tab.back();
  expect([shown.steps, tab.at]).toEqual([0, 0]);
});

test("what is opened and closed by its own buttons lets the history be as long as it was", () => {
  const { keeper, layer, tab } = screen(undefined, 1);
  keeper.settle();
  for (let times = 0; times < 5; times += 1) {
    const close = layer();
    keeper.settle();
    close();
    keeper.settle();
    tab.arrive();
  }
  expect([tab.at, tab.entries.length]).toEqual([1, 3]);
});

test("what opens before the browser has gone back from what closed stays open", () => {
  const { shown, keeper, layer, layers, tab } = screen(undefined, 1);
  const close = layer();
  keeper.settle();
  close();
  keeper.settle();
  layer();
  keeper.settle();
  tab.arrive();
  expect([shown.steps, layers.count, tab.at]).toEqual([1, 1, 2]);
});

test("a page that is loaded anew with a sheet open keeps the conversation, and is one step deep", () => {
  const before = screen(undefined, 2);
  before.keeper.settle();
  const { shown, keeper, tab } = screen(before.tab, 0);
  keeper.settle();
  shown.steps = 1;
  keeper.settle();
  tab.arrive();
  expect([shown.steps, tab.at]).toEqual([1, 1]);
});

test("a layer that asks before it closes is a step again", () => {
  const { keeper, layers, tab } = screen();
  let asked = 0;
  layers.add({ close: () => (asked += 1) });
  keeper.settle();
  tab.back();
  tab.back();
  expect([asked, layers.count, tab.at]).toEqual([2, 1, 1]);
});
