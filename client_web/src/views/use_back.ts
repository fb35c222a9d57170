/** The way back on a phone: a conversation and a sheet are each one step of the browser's history. */
import { useCallback, useEffect, useRef } from "react";
import type { ChatModel, ConversationModel } from "../view_models/chat";

interface BackOptions {
  model: ChatModel;
  conversation: ConversationModel | undefined;
  sheet: boolean;
  closeSheet(): void;
}

const MEMBER = "onrecordDepth";

function depthOf(state: unknown): number {
  const depth = (state as Record<string, unknown> | null)?.[MEMBER];
  return typeof depth === "number" ? depth : 0;
}

/** Keeps the history as deep as the screen; returns what the back button does. */
export function useBack({ model, conversation, sheet, closeSheet }: BackOptions): () => void {
  const depth = (conversation === undefined ? 0 : 1) + (sheet ? 1 : 0);
  const shown = useRef({ depth, sheet, closeSheet });
  shown.current = { depth, sheet, closeSheet };
  useEffect(() => {
    const there = depthOf(history.state);
    for (let step = there + 1; step <= depth; step += 1) history.pushState({ [MEMBER]: step }, "");
    if (depth < there) history.go(depth - there);
  }, [depth]);
  useEffect(() => {
    const onPop = (event: PopStateEvent) => {
      const now = shown.current;
      const steps = now.depth - depthOf(event.state);
      if (steps <= 0) return;
      if (now.sheet) now.closeSheet();
      if (!now.sheet || steps > 1) model.close();
    };
    window.addEventListener("popstate", onPop);
    return () => window.removeEventListener("popstate", onPop);
  }, [model]);
  return useCallback(() => model.close(), [model]);
}
