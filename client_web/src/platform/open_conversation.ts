/** Which conversation is open in this tab, kept for when its page is loaded anew. */
import type { Kept } from "../view_models/context";
import { inTab } from "./tab_storage";

const KEY = "onrecord.open";

/** Who typed the page's address, or followed a link to it, begins with the list. */
export function openConversation(): Kept<string | undefined> {
  const kept = {
    get: () => inTab((storage) => storage.getItem(KEY)) ?? undefined,
    set(conversation: string | undefined) {
      inTab((storage) => {
        if (conversation === undefined) storage.removeItem(KEY);
        else storage.setItem(KEY, conversation);
      });
    },
  };
  const [entry] = performance.getEntriesByType("navigation");
  const cameBack = entry instanceof PerformanceNavigationTiming && entry.type !== "navigate";
  if (!cameBack) kept.set(undefined);
  return kept;
}
