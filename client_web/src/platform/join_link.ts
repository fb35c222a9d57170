/**
 * The secret of a link to join a group by, out of the address; kept until somebody is signed in.
 *
 * Where a browser keeps nothing, the link is opened once more after the sign-in.
 */
import { inTab } from "./tab_storage";

const KEY = "onrecord.join";

/** Takes it, so that it stays in no history; undefined: this page was not opened by such a link. */
export function takeJoinLink(): string | undefined {
  const link = /^#join=(.+)$/.exec(location.hash)?.[1] ?? kept();
  if (/^#join=/.test(location.hash)) {
    history.replaceState(history.state, "", location.pathname + location.search);
  }
  inTab((storage) => storage.removeItem(KEY));
  return link;
}

/** Takes it out of the address before the sign-in, which may load the page anew. */
export function keepJoinLink(): void {
  const link = takeJoinLink();
  if (link !== undefined) inTab((storage) => storage.setItem(KEY, link));
}

function kept(): string | undefined {
  return inTab((storage) => storage.getItem(KEY)) ?? undefined;
}
