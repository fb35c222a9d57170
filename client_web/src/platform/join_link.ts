/** The secret of a link to join a group by, out of the address; kept until somebody is signed in. */
const KEY = "onrecord.join";

/** Takes it, so that it stays in no history; undefined: this page was not opened by such a link. */
export function takeJoinLink(): string | undefined {
  const link = /^#join=(.+)$/.exec(location.hash)?.[1] ?? kept();
  if (/^#join=/.test(location.hash)) {
    history.replaceState(history.state, "", location.pathname + location.search);
  }
  stored((storage) => storage.removeItem(KEY));
  return link;
}

/** Takes it out of the address before the sign-in, which may load the page anew. */
export function keepJoinLink(): void {
  const link = takeJoinLink();
  if (link !== undefined) stored((storage) => storage.setItem(KEY, link));
}

function kept(): string | undefined {
  return stored((storage) => storage.getItem(KEY)) ?? undefined;
}

/** A browser may refuse storage altogether; then the link is opened once more after the sign-in. */
function stored<T>(use: (storage: Storage) => T): T | undefined {
  try {
    return use(sessionStorage);
  } catch (error) {
    if (error instanceof DOMException) return undefined;
    throw error;
  }
}
