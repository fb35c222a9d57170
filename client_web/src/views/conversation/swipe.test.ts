import type { PointerEvent } from "react";
import { beforeEach, expect, test } from "vitest";
import { swipeToReply } from "./swipe";

/** A bubble of a message, as far as it is drawn aside. */
class Bubble {
  drawn: string | undefined;
  readonly style = { setProperty: () => {}, removeProperty: () => {} };
  setAttribute(_name: string, value: string): void {
    this.drawn = value;
  }
  removeAttribute(): void {
    this.drawn = undefined;
  }
}

let bubble: Bubble;
let done: string[];

beforeEach(() => {
  bubble = new Bubble();
  done = [];
});

function finger() {
  const device = { tick: () => void done.push("tick") };
  const swipe = swipeToReply(() => void done.push("reply"), device);
  const touch = { pointerType: "touch", isPrimary: true, pointerId: 1, currentTarget: bubble };
  const at = (clientX: number, clientY = 100) =>
    ({ ...touch, clientX, clientY }) as unknown as PointerEvent<HTMLElement>;
  return {
    down: (x: number) => swipe.onPointerDown(at(x)),
    move: (x: number, y?: number) => swipe.onPointerMove(at(x, y)),
    up: () => swipe.onPointerUp(),
  };
}

test("far enough it ticks once, and letting go answers", () => {
  const { down, move, up } = finger();
  down(100);
  for (const x of [120, 150, 175, 190]) move(x);
  expect(bubble.drawn).toBe("far");
  expect(done).toEqual(["tick"]);
  up();
  expect(done).toEqual(["tick", "reply"]);
  expect(bubble.drawn).toBeUndefined();
});

test("let go too early, or scrolled, it does nothing", () => {
  const { down, move, up } = finger();
  down(100);
  move(140);
  expect(bubble.drawn).toBe("near");
  up();
  down(100);
  move(105, 160);
  move(190, 160);
  up();
  expect(done).toEqual([]);
});

test("the screen's edge is the system's own", () => {
  const { down, move, up } = finger();
  down(10);
  move(150);
  up();
  expect(done).toEqual([]);
});
