/** Who was signed in in this tab last, kept for when its page is loaded anew. */
import type { Kept } from "../view_models/context";
import type { Somebody } from "../view_models/switching";
import { inTab } from "./tab_storage";

const KEY = "onrecord.was_here";

export const wasHere: Kept<Somebody | undefined> = {
  get() {
    const [id, name] = (inTab((storage) => storage.getItem(KEY)) ?? "").split("\n");
    return id && name !== undefined ? { id, name } : undefined;
  },
  set(somebody) {
    inTab((storage) => {
      if (somebody === undefined) storage.removeItem(KEY);
      else storage.setItem(KEY, `${somebody.id}\n${somebody.name}`);
    });
  },
};
