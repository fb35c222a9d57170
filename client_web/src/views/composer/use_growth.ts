/** A text area as tall as its text, up to what its style allows. */
import { type RefObject, useLayoutEffect } from "react";

const grown = typeof CSS !== "undefined" && CSS.supports("field-sizing", "content");

/** Does nothing where the browser does it by `field-sizing: content`. */
export function useGrowth(field: RefObject<HTMLTextAreaElement | null>, text: string) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text is what changes the height
  useLayoutEffect(() => {
    const element = field.current;
    if (element === null || grown) return;
    element.style.blockSize = "auto";
    element.style.blockSize = `${element.scrollHeight}px`;
  }, [field, text]);
}
