/** The newest row stays in view when what stands below the log grows: a hint, more lines, a keyboard. */
import { type RefObject, useEffect } from "react";

/** `near`: so many pixels from the end count as there. Does nothing where one reads further up. */
export function useKeptEnd(scroller: RefObject<HTMLElement | null>, near: number): void {
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    let height = element.clientHeight;
    const sized = new ResizeObserver(() => {
      const { scrollHeight, scrollTop, clientHeight } = element;
      const stoodAtEnd = scrollHeight - scrollTop - height <= near;
      if (clientHeight < height && stoodAtEnd) element.scrollTop = scrollHeight;
      height = clientHeight;
    });
    sized.observe(element);
    return () => sized.disconnect();
  }, [scroller, near]);
}
