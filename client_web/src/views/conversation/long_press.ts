/** A long press on a touch screen. iOS sends no contextmenu for one, so it is timed here. */
import type { PointerEvent } from "react";
import type { Page } from "../browser";

const HOLD = 450;
/** Pixels a resting finger may wander. */
const WANDER = 10;
/** How long after the finger is lifted its click may come. */
const LIFTED = 400;

interface Press {
  readonly timer: ReturnType<typeof setTimeout>;
  readonly x: number;
  readonly y: number;
}

let press: Press | undefined;

function end() {
  clearTimeout(press?.timer);
  press = undefined;
}

/**
 * Swallows the click that browsers make of the finger that is lifted after a press: it would go to
 * what lies under the finger by then, which is the menu that the press opened. The next touch is
 * another one.
 */
function swallowClick({ events }: Page) {
  const over = new AbortController();
  const when = { capture: true, signal: over.signal };
  const swallow = (event: Event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    over.abort();
  };
  events.addEventListener("click", swallow, when);
  events.addEventListener("pointerdown", () => over.abort(), when);
  events.addEventListener("pointerup", () => setTimeout(() => over.abort(), LIFTED), when);
}

/** Handlers that call back with the place, once, after a touch that stays. Lifting it is no click. */
export function longPress(page: Page, onPress: (x: number, y: number) => void) {
  return {
    onPointerDown(event: PointerEvent) {
      end();
      if (event.pointerType !== "touch") return;
      const { clientX: x, clientY: y } = event;
      const held = () => {
        swallowClick(page);
        onPress(x, y);
      };
      press = { timer: setTimeout(held, HOLD), x, y };
    },
    onPointerMove(event: PointerEvent) {
      if (press === undefined) return;
      const far = Math.hypot(event.clientX - press.x, event.clientY - press.y);
      if (far > WANDER) end();
    },
    onPointerUp: end,
    onPointerCancel: end,
  };
}

interface Touches {
  onPointerDown(event: PointerEvent<HTMLElement>): void;
  onPointerMove(event: PointerEvent<HTMLElement>): void;
  onPointerUp(): void;
  onPointerCancel(): void;
}

/** Both of two gestures' handlers. */
export function together(one: Touches, other: Touches | undefined): Touches {
  return {
    onPointerDown(event) {
      one.onPointerDown(event);
      other?.onPointerDown(event);
    },
    onPointerMove(event) {
      one.onPointerMove(event);
      other?.onPointerMove(event);
    },
    onPointerUp() {
      one.onPointerUp();
      other?.onPointerUp();
    },
    onPointerCancel() {
      one.onPointerCancel();
      other?.onPointerCancel();
    },
  };
}
