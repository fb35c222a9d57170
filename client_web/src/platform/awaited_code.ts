/**
 * The code that a client waits for, for as long as the tab is open.
 *
 * A phone may drop the page while its owner looks for the code in the mail. What is kept lets nobody
 * in: it is where the code went, and until when it works.
 */
import type { AwaitedCode } from "../view_models/code_entry";
import type { Kept } from "../view_models/context";
import { checked } from "../wire/codec";
import type { CodeSent } from "../wire/types.gen";
import { inTab } from "./tab_storage";

const KEY = "onrecord.awaited";

export const awaitedCode: Kept<AwaitedCode | undefined> = {
  get() {
    const text = inTab((storage) => storage.getItem(KEY)) ?? null;
    return text === null ? undefined : understood(text);
  },
  set(awaited) {
    inTab((storage) => {
      if (awaited === undefined) storage.removeItem(KEY);
      else storage.setItem(KEY, JSON.stringify(awaited));
    });
  },
};

/** What an earlier version of this page left is of no use, and no harm. */
function understood(text: string): AwaitedCode | undefined {
  try {
    const { use, whose, sent, at } = JSON.parse(text) as Partial<AwaitedCode>;
    if (use !== "sign_in" && use !== "proof") return undefined;
    if (typeof whose !== "string" || typeof at !== "number") return undefined;
    return { use, whose, at, sent: checked<CodeSent>("CodeSent", sent) };
  } catch {
    return undefined;
  }
}
