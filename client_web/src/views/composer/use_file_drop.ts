/** Files that are dragged over the page: wherever they are dropped, they go to the open conversation. */
import { useEffect, useRef, useState } from "react";
import { useBrowser } from "../browser";

/** Whether files are over the page. */
export function useFileDrop(onFiles: (files: readonly File[]) => void): boolean {
  const { page } = useBrowser();
  const [over, setOver] = useState(false);
  const take = useRef(onFiles);
  take.current = onFiles;
  useEffect(() => {
    const ending = new AbortController();
    const { signal } = ending;
    const carries = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    const onOver = (event: DragEvent) => {
      if (!carries(event)) return;
      event.preventDefault();
      const busy = page.hasDialog();
      if (event.dataTransfer !== null) event.dataTransfer.dropEffect = busy ? "none" : "copy";
      setOver(!busy);
    };
    const onDrop = (event: DragEvent) => {
      if (!carries(event)) return;
      // Else the browser would show the file in the chat's place.
      event.preventDefault();
      setOver(false);
      if (!page.hasDialog()) take.current([...(event.dataTransfer?.files ?? [])]);
    };
    const onLeave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    page.events.addEventListener("dragover", onOver, { signal });
    page.events.addEventListener("drop", onDrop, { signal });
    page.events.addEventListener("dragleave", onLeave, { signal });
    return () => ending.abort();
  }, [page]);
  return over;
}
