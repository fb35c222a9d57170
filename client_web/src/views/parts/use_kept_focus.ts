/** Where the focus goes when what has it goes: a form that was left, a row that was taken out. */
import { type RefObject, useEffect, useRef } from "react";
import { useBrowser } from "../browser";
import { focusBeside } from "./focus";

/** `find` focuses something instead, in the nearest section that is still there. */
export function useKeptFocus(
  within: RefObject<HTMLElement | null>,
  find: (section: Element) => void,
): void {
  const { page } = useBrowser();
  const now = useRef(find);
  now.current = find;
  useEffect(() => {
    const whole = within.current;
    if (whole === null) return;
    let last: Element | undefined;
    let section: Element = whole;
    const note = (target: unknown) => {
      if (!(target instanceof Element) || !whole.contains(target)) return;
      last = target;
      section = target.closest("section") ?? whole;
    };
    note(focusBeside(whole));
    const enter = (event: FocusEvent) => note(event.target);
    // Who presses beside a control left it: it is not lost, and not to be brought back later.
    const leave = () =>
      setTimeout(() => {
        if (last?.isConnected && last !== focusBeside(whole)) last = undefined;
      });
    const stop = page.watch(whole, () => {
      if (last === undefined || last.isConnected || focusBeside(whole) !== undefined) return;
      last = undefined;
      now.current(section.isConnected && whole.contains(section) ? section : whole);
    });
    whole.addEventListener("focusin", enter);
    whole.addEventListener("focusout", leave);
    return () => {
      whole.removeEventListener("focusin", enter);
      whole.removeEventListener("focusout", leave);
      stop();
    };
  }, [within, page]);
}
