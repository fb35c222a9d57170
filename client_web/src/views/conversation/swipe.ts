/** A message that a finger draws to the side: let go far enough, it is answered. */
import type { PointerEvent } from "react";
import type { Device } from "../browser";

/** Pixels before a touch counts as drawing; as many the other way and it scrolls, or is none. */
const BEGIN = 12;
/** From here on letting go answers. */
const FAR = 56;
const MOST = 72;
/** The edge of the screen belongs to the system's own way back. */
const EDGE = 24;

interface Swipe {
  readonly pointer: number;
  readonly x: number;
  readonly y: number;
  readonly bubble: HTMLElement;
  /** Undefined: whether it is drawn, or scrolled, is not known yet. */
  drawn: number | undefined;
}

let swipe: Swipe | undefined;

function end() {
  swipe?.bubble.removeAttribute("data-drawn");
  swipe?.bubble.style.removeProperty("--drawn");
  swipe = undefined;
}

function draw(to: number, { bubble, drawn = 0 }: Swipe, device: Pick<Device, "tick">): number {
  bubble.style.setProperty("--drawn", `${to}px`);
  bubble.setAttribute("data-drawn", to >= FAR ? "far" : "near");
  if (to >= FAR && drawn < FAR) device.tick();
  return to;
}

/** Handlers that call back once for a touch that draws to the right and lets go. */
export function swipeToReply(onReply: () => void, device: Pick<Device, "tick">) {
  return {
    onPointerDown(event: PointerEvent<HTMLElement>) {
      end();
      const { clientX: x, clientY: y, pointerId: pointer, currentTarget: bubble } = event;
      if (event.pointerType !== "touch" || !event.isPrimary || x < EDGE) return;
      swipe = { pointer, x, y, bubble, drawn: undefined };
    },
    onPointerMove(event: PointerEvent<HTMLElement>) {
      if (swipe === undefined || swipe.pointer !== event.pointerId) return;
      const [right, down] = [event.clientX - swipe.x, Math.abs(event.clientY - swipe.y)];
      if (swipe.drawn === undefined) {
        if (down > BEGIN || right < -BEGIN) end();
        if (right < BEGIN || right < 2 * down) return;
      }
      if (swipe !== undefined) {
        swipe.drawn = draw(Math.min(Math.max(0, right - BEGIN), MOST), swipe, device);
      }
    },
    onPointerUp() {
      const far = (swipe?.drawn ?? 0) >= FAR;
      end();
      if (far) onReply();
    },
    onPointerCancel: end,
  };
}
