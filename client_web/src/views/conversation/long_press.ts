/** A long press on a touch screen. iOS sends no contextmenu for one, so it is timed here. */
import type { PointerEvent } from "react";

const HOLD = 450;
/** Pixels a resting finger may wander. */
const WANDER = 10;

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

/** Handlers that call back with the place, once, after a touch that stays. */
export function longPress(onPress: (x: number, y: number) => void) {
  return {
    onPointerDown(event: PointerEvent) {
      end();
      if (event.pointerType !== "touch") return;
      const { clientX: x, clientY: y } = event;
      press = { timer: setTimeout(() => onPress(x, y), HOLD), x, y };
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
