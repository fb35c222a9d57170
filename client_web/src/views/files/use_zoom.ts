/** Looking closer: by wheel, double click, two fingers, + and -; moving about; swiping to the next. */
import { type PointerEvent, useRef, useState, type WheelEvent } from "react";

const MOST = 6;
const CLOSER = 2.5;
/** Pixels that a finger moves aside before it is a swipe. */
const SWIPE = 60;

interface View {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

const WHOLE: View = { scale: 1, x: 0, y: 0 };

interface Point {
  readonly x: number;
  readonly y: number;
}

export function useZoom(onSwipe: (step: number) => void) {
  const [view, setView] = useState(WHOLE);
  const fingers = useRef(new Map<number, Point>());
  const began = useRef<Point>(undefined);
  const scaleBy = (factor: number) =>
    setView((before) => {
      const scale = Math.min(MOST, Math.max(1, before.scale * factor));
      return scale === 1 ? WHOLE : { ...before, scale };
    });
  const toggle = () =>
    setView((before) => (before.scale > 1 ? WHOLE : { ...WHOLE, scale: CLOSER }));
  const onPointerMove = (event: PointerEvent) => {
    const before = fingers.current.get(event.pointerId);
    if (before === undefined) return;
    const here = { x: event.clientX, y: event.clientY };
    const others = [...fingers.current].filter(([id]) => id !== event.pointerId);
    fingers.current.set(event.pointerId, here);
    const [other] = others;
    if (other !== undefined) {
      began.current = undefined;
      scaleBy(distance(here, other[1]) / Math.max(1, distance(before, other[1])));
    } else {
      setView((now) =>
        now.scale === 1
          ? now
          : { ...now, x: now.x + here.x - before.x, y: now.y + here.y - before.y },
      );
    }
  };
  const onPointerUp = (event: PointerEvent) => {
    const { current: from } = began;
    fingers.current.delete(event.pointerId);
    began.current = undefined;
    if (from === undefined || view.scale > 1 || event.pointerType === "mouse") return;
    const aside = event.clientX - from.x;
    if (Math.abs(aside) > SWIPE && Math.abs(aside) > 2 * Math.abs(event.clientY - from.y)) {
      onSwipe(aside < 0 ? 1 : -1);
    }
  };
  return {
    scale: view.scale,
    transform: `translate(${view.x}px, ${view.y}px) scale(${view.scale})`,
    toggle,
    handlers: {
      onDoubleClick: toggle,
      onWheel: (event: WheelEvent) => scaleBy(event.deltaY < 0 ? 1.15 : 1 / 1.15),
      onPointerDown(event: PointerEvent) {
        if (event.target instanceof Element && event.target.closest("button") !== null) return;
        const here = { x: event.clientX, y: event.clientY };
        event.currentTarget.setPointerCapture(event.pointerId);
        began.current = fingers.current.size === 0 ? here : undefined;
        fingers.current.set(event.pointerId, here);
      },
      onPointerMove,
      onPointerUp,
      onPointerCancel(event: PointerEvent) {
        fingers.current.delete(event.pointerId);
        began.current = undefined;
      },
    },
  };
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
