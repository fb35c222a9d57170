/** Notices when nobody has touched the page for a while, and when somebody does again. */

/** Whoever reads a long text touches nothing either. */
export const IDLE_AFTER_MS = 10 * 60_000;
const LOOK_MS = 15_000;
const TOUCHES = ["pointerdown", "pointermove", "keydown", "wheel", "focus"];

type Heard = Pick<EventTarget, "addEventListener" | "removeEventListener">;

/** Looks on until it is stopped. */
export function watchIdle(page: Heard, tell: (idle: boolean) => void): () => void {
  let touched = Date.now();
  let idle = false;
  const touch = () => {
    touched = Date.now();
    if (!idle) return;
    idle = false;
    tell(false);
  };
  const timer = setInterval(() => {
    if (idle || Date.now() - touched < IDLE_AFTER_MS) return;
    idle = true;
    tell(true);
  }, LOOK_MS);
  for (const name of TOUCHES) page.addEventListener(name, touch, { passive: true });
  return () => {
    clearInterval(timer);
    for (const name of TOUCHES) page.removeEventListener(name, touch);
  };
}
