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
