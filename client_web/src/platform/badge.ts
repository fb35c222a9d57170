/** The number of unread conversations in the page's title and on the app's icon, and a dot on the page's. */

const TITLE = "OnRecord";

export function badge(unread: number): void {
  document.title = unread > 0 ? `(${unread}) ${TITLE}` : TITLE;
  // A browser without an icon to put it on refuses.
  navigator.setAppBadge?.(unread).catch(() => {});
  const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  const href = unread > 0 ? "/favicon-unread.svg" : "/favicon.svg";
  if (icon !== null && icon.getAttribute("href") !== href) icon.setAttribute("href", href);
}
