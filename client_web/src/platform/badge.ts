/** The number of unread conversations in the page's title, and a dot on its icon. */

const TITLE = "OnRecord";

export function badge(unread: number): void {
  document.title = unread > 0 ? `(${unread}) ${TITLE}` : TITLE;
  const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  const href = unread > 0 ? "/favicon-unread.svg" : "/favicon.svg";
  if (icon !== null && icon.getAttribute("href") !== href) icon.setAttribute("href", href);
}
