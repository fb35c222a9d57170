/** The way back on a phone: a conversation, and a sheet or search in it, are each one step of the browser's history. */
import { useCallback, useEffect, useRef } from "react";
import type { ChatModel, ConversationModel } from "../view_models/chat";
import { useBrowser } from "./browser";

interface BackOptions {
  model: ChatModel;
  conversation: ConversationModel | undefined;
  /** Closes what lies over or beside it; undefined: nothing does. */
  closeOver: (() => void) | undefined;
}

/** What a step keeps. */
interface Step {
  readonly onrecordDepth?: unknown;
  readonly onrecordOpen?: unknown;
}

function depthOf(state: unknown): number {
  const depth = (state as Step | null)?.onrecordDepth;
  return typeof depth === "number" ? depth : 0;
}

/** Keeps the history as deep as the screen; returns what the back button does. */
export function useBack({ model, conversation, closeOver }: BackOptions): () => void {
  const depth = (conversation === undefined ? 0 : 1) + (closeOver === undefined ? 0 : 1);
  const open = conversation?.id;
  const shown = useRef({ depth, closeOver });
  shown.current = { depth, closeOver };
  const { steps } = useBrowser();
  // Who types the page's address begins with the list.
  const fresh = useRef<boolean>(undefined);
  fresh.current ??= steps.cameBack();
  useEffect(() => {
    const there = depthOf(steps.state());
    const before = (steps.state() as Step | null)?.onrecordOpen;
    if (fresh.current && open === undefined && typeof before === "string") {
      // The page was loaded anew: on with what was open, without the sheet.
      if (there > 1) steps.go(1 - there);
      model.reopen(before);
    } else {
      for (let step = there + 1; step <= depth; step += 1) {
        steps.push({ onrecordDepth: step, onrecordOpen: open });
      }
      if (depth < there) steps.go(depth - there);
      else if (depth > 0) steps.replace({ onrecordDepth: depth, onrecordOpen: open });
    }
    fresh.current = false;
  }, [depth, open, model, steps]);
  useEffect(() => {
    return steps.subscribe((state) => {
      const now = shown.current;
      const back = now.depth - depthOf(state);
      if (back <= 0) return;
      now.closeOver?.();
      if (now.closeOver === undefined || back > 1) model.close();
    });
  }, [model, steps]);
  return useCallback(() => model.close(), [model]);
}
