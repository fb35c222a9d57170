/** The push service of this browser (PushManager), and whether it is wanted on this device. */
import type { PushAddress, Pusher } from "../view_models/alerts";
import { keep, stored } from "./preferences";

const CLOSED = "onrecord.alerts.closed";

export class BrowserPusher implements Pusher {
  possible(): boolean {
    return "PushManager" in window && "serviceWorker" in navigator;
  }

  wish(): boolean {
    return stored(CLOSED) === "on";
  }

  keep(on: boolean): void {
    keep(CLOSED, on ? "on" : "off");
  }

  locale(): "en" | "pl" {
    return document.documentElement.lang === "pl" ? "pl" : "en";
  }

  async subscribe(key: string): Promise<PushAddress | undefined> {
    const { pushManager } = await navigator.serviceWorker.ready;
    const applicationServerKey = bytesOf(key);
    try {
      const before = await pushManager.getSubscription();
      if (before !== null && !isFor(before, applicationServerKey)) await before.unsubscribe();
      const how = { userVisibleOnly: true, applicationServerKey };
      return addressOf(await pushManager.subscribe(how));
    } catch (error) {
      // The push service cannot be reached, or the permission was taken back.
      if (error instanceof DOMException) return undefined;
      throw error;
    }
  }

  async unsubscribe(): Promise<void> {
    const registration = await navigator.serviceWorker?.getRegistration();
    const before = await registration?.pushManager.getSubscription();
    await before?.unsubscribe().catch(() => {});
  }
}

function addressOf(subscription: PushSubscription): PushAddress | undefined {
  const { endpoint, keys } = subscription.toJSON();
  const { p256dh, auth } = keys ?? {};
  if (endpoint === undefined || p256dh === undefined || auth === undefined) return undefined;
  return { endpoint, p256dh, auth };
}

function isFor({ options }: PushSubscription, key: Uint8Array): boolean {
  const own = new Uint8Array(options.applicationServerKey ?? new ArrayBuffer(0));
  return own.length === key.length && own.every((byte, at) => byte === key[at]);
}

/** Of base64url without padding. */
function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}
