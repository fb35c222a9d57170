/** A notification that was pressed: the chat comes to the front, at the conversation it tells of. */

/** What a notification carries; platform/notifier.ts puts it there. */
export interface Told {
  readonly conversation: string;
}

interface OpenPage {
  postMessage(message: { readonly open: string }): void;
  focus(): Promise<unknown>;
}

/** The browser's windows; a worker's clients fit. */
export interface Pages {
  matchAll(how: { readonly type: "window" }): Promise<readonly OpenPage[]>;
  openWindow(address: string): Promise<unknown>;
}

/** Goes to the page that was looked at last, or opens one. */
export async function bring(pages: Pages, { conversation }: Told): Promise<void> {
  const [page] = await pages.matchAll({ type: "window" });
  if (page === undefined) {
    await pages.openWindow(conversation ? `/#open=${encodeURIComponent(conversation)}` : "/");
    return;
  }
  page.postMessage({ open: conversation });
  await page.focus();
}
