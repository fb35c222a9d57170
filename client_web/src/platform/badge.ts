/** The page's title with the firm's name and the number of unread conversations, the app's icon, and a dot on the page's. */

const PRODUCT = "OnRecord";

export class PageBadge {
  private name = PRODUCT;
  private unread = 0;

  /** What the firm is called, which is the product's name until it has one of its own. */
  readonly named = (firm: string): void => {
    this.name = firm === PRODUCT ? PRODUCT : `${firm} · ${PRODUCT}`;
    this.show();
  };

  readonly badge = (unread: number): void => {
    this.unread = unread;
    this.show();
    // A browser without an icon to put it on refuses.
    navigator.setAppBadge?.(unread).catch(() => {});
    const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    const href = unread > 0 ? "/favicon-unread.svg" : "/favicon.svg";
    if (icon !== null && icon.getAttribute("href") !== href) icon.setAttribute("href", href);
  };

  private show(): void {
    document.title = this.unread > 0 ? `(${this.unread}) ${this.name}` : this.name;
  }
}
