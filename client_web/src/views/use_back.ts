/** The way back on a phone: a conversation, and a sheet or search in it, are each one step of the browser's history. */
import { useCallback, useEffect, useRef } from "react";
import type { ChatModel, ConversationModel } from "../view_models/chat";

interface BackOptions {
  model: ChatModel;
  conversation: ConversationModel | undefined;
  /** Closes what lies over or beside it; undefined: nothing does. */
  closeOver: (() => void) | undefined;
}

/** What a step of the history keeps; it is this tab's, and outlives its page. */
interface Step {
  readonly onrecordDepth?: unknown;
  readonly onrecordOpen?: unknown;
}

function depthOf(state: Step | null): number {
  const depth = state?.onrecordDepth;
  return typeof depth === "number" ? depth : 0;
}

/** Whether the page came back by itself: who types its address begins with the list. */
function cameBack(): boolean {
  const [entry] = performance.getEntriesByType("navigation");
  return entry instanceof PerformanceNavigationTiming && entry.type !== "navigate";
}

/** Keeps the history as deep as the screen; returns what the back button does. */
export function useBack({ model, conversation, closeOver }: BackOptions): () => void {
  const depth = (conversation === undefined ? 0 : 1) + (closeOver === undefined ? 0 : 1);
  const open = conversation?.id;
  const shown = useRef({ depth, closeOver });
  shown.current = { depth, closeOver };
  const fresh = useRef(cameBack());
  useEffect(() => {
    const there = depthOf(history.state);
    const before: unknown = history.state?.onrecordOpen;
    if (fresh.current && open === undefined && typeof before === "string") {
      // The page was loaded anew: on with what was open, without the sheet.
      if (there > 1) history.go(1 - there);
      model.reopen(before);
    } else {
      for (let step = there + 1; step <= depth; step += 1) {
        history.pushState({ onrecordDepth: step, onrecordOpen: open }, "");
      }
      if (depth < there) history.go(depth - there);
      else if (depth > 0) history.replaceState({ onrecordDepth: depth, onrecordOpen: open }, "");
    }
    fresh.current = false;
  }, [depth, open, model]);
  useEffect(() => {
    const onPop = (event: PopStateEvent) => {
      const now = shown.current;
      const steps = now.depth - depthOf(event.state);
      if (steps <= 0) return;
      now.closeOver?.();
      if (now.closeOver === undefined || steps > 1) model.close();
    };
    window.addEventListener("popstate", onPop);
    return () => window.removeEventListener("popstate", onPop);
  }, [model]);
  return useCallback(() => model.close(), [model]);
}
