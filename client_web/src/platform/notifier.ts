/** The notifications of this browser, and what is wished of them on this device. */
import type { Alert, AlertWish, Notifier, Permission } from "../view_models/alerts";
import type { Attention } from "../view_models/context";
import { ALERTS, keep, stored } from "./preferences";
import { BrowserPusher } from "./pusher";

const NAMED = "onrecord.alerts.named";
/** Held by each tab that is looked at. */
const LOOKED_AT = "onrecord-looked-at";

const TITLE = "OnRecord";
const ICON = "/favicon.svg";

/** What a notification says; `from`: who wrote. */
export type AlertWords = (from: string | undefined) => Promise<string>;

export class BrowserNotifier implements Notifier {
  readonly pusher = new BrowserPusher();
  private readonly words: AlertWords;
  private shown: Notification | undefined;
  private lookAway: (() => void) | undefined;

  constructor(words: AlertWords, attention: Attention) {
    this.words = words;
    const looked = () => this.look(attention.here());
    attention.subscribe(looked);
    looked();
  }

  permission(): Permission {
    if (!("Notification" in window)) return "unsupported";
    const { permission } = Notification;
    return permission === "granted" ? "given" : permission === "denied" ? "blocked" : "ask";
  }

  async ask(): Promise<void> {
    await Notification.requestPermission();
  }

  wish(): AlertWish {
    const on = stored(ALERTS) === "on" && this.permission() === "given";
    return { on, named: stored(NAMED) === "on" };
  }

  keep({ on, named }: AlertWish): void {
    keep(ALERTS, on ? "on" : "off");
    keep(NAMED, named ? "on" : "off");
  }

  async show({ conversation, from, open }: Alert): Promise<void> {
    const { held = [] } = await navigator.locks.query();
    if (held.some(({ name }) => name === LOOKED_AT)) return;
    const body = await this.words(from);
    const tag = from === undefined ? "onrecord" : conversation;
    const worker = await registered();
    // A phone lets a worker alone show one; a press then finds its way also when no page is open.
    if (worker !== undefined) return tell(worker, { body, tag, data: { conversation } });
    const shown = made({ body, tag });
    if (shown === undefined) return;
    shown.addEventListener("click", () => {
      window.focus();
      open();
      shown.close();
    });
    this.shown = shown;
  }

  clear(): void {
    this.shown?.close();
    this.shown = undefined;
    void registered().then(async (worker) => {
      for (const shown of (await worker?.getNotifications()) ?? []) shown.close();
    });
  }

  private look(here: boolean): void {
    if (here === (this.lookAway !== undefined)) return;
    this.lookAway?.();
    this.lookAway = undefined;
    if (!here) return;
    const looking = new Promise<void>((resolve) => {
      this.lookAway = resolve;
    });
    void navigator.locks.request(LOOKED_AT, { mode: "shared" }, () => looking);
  }
}

/** The worker that is there; undefined: there is none (yet). */
async function registered(): Promise<ServiceWorkerRegistration | undefined> {
  const registration = await navigator.serviceWorker?.getRegistration();
  return registration?.active ? registration : undefined;
}

async function tell(worker: ServiceWorkerRegistration, options: NotificationOptions) {
  try {
    await worker.showNotification(TITLE, { icon: ICON, ...options });
  } catch (error) {
    // The permission was taken back meanwhile.
    if (!(error instanceof TypeError)) throw error;
  }
}

/** Undefined: here only a service worker may show one (Chrome on Android). */
function made(options: NotificationOptions): Notification | undefined {
  try {
    return new Notification(TITLE, { icon: ICON, ...options });
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
