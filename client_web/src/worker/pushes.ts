/** A push: something came while the page was closed, or lay in the background without a line. */
import type { Told } from "./alerts";

/** What the server says in a push (server/onrecord/features/notifications/push/words.py). */
interface Said {
  readonly conv?: unknown;
  readonly text?: unknown;
  readonly named?: unknown;
}

interface Shown {
  readonly body: string;
  readonly tag: string;
  readonly icon: string;
  readonly renotify: boolean;
  readonly data: Told;
}

/** What a worker needs for it; its own scope fits. */
export interface Place {
  readonly clients: {
    matchAll(how: {
      readonly type: "window";
    }): Promise<readonly { readonly visibilityState?: string }[]>;
  };
  readonly registration: { showNotification(title: string, options: Shown): Promise<void> };
  /** Marks the app's icon, where there is one. */
  mark(): void;
}

const TITLE = "OnRecord";
const ICON = "/favicon.svg";

/** Shows it, unless a page of OnRecord is seen. `text`: what was pushed; undefined: nothing. */
export async function tell(place: Place, text: string | undefined): Promise<void> {
  const pages = await place.clients.matchAll({ type: "window" });
  if (pages.some(({ visibilityState }) => visibilityState === "visible")) return;
  const { conv, text: body, named } = said(text);
  const conversation = typeof conv === "string" ? conv : "";
  place.mark();
  await place.registration.showNotification(TITLE, {
    body: typeof body === "string" ? body : "",
    // As the page's own ones, in whose place it comes.
    tag: named === true ? conversation : "onrecord",
    icon: ICON,
    renotify: true,
    data: { conversation },
  });
}

function said(text: string | undefined): Said {
  try {
    const found: unknown = JSON.parse(text ?? "{}");
    return typeof found === "object" && found !== null ? found : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
