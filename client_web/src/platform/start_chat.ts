/** The chat in this browser, put together. */
import type { Vault } from "../session/ports";
import type { ChatApp } from "../view_models/chat";
import { Chat } from "../view_models/chat_app";
import type { Surroundings } from "../view_models/surroundings";
import { awaitedCode } from "./awaited_code";
import { PageBadge } from "./badge";
import {
  browserAttention,
  browserChannel,
  browserClock,
  browserCrypto,
  browserLocks,
  dayOf,
  leaving,
  networkOf,
  openBrowserSocket,
  random,
  soon,
  staying,
  takeLink,
  takeObjection,
  takeOpening,
  uses,
} from "./browser";
import { deviceName } from "./device_name";
import { FetchApi } from "./fetch_api";
import { browserInvites } from "./invites";
import { keepJoinLink, takeJoinLink } from "./join_link";
import { MemoryVault } from "./memory_vault";
import type { AlertWords } from "./notifier";
import { openConversation } from "./open_conversation";
import { browserPasskeys } from "./passkeys";
import { ALERTS, appLock, clientsDevice, stored } from "./preferences";
import { IndexedVault } from "./vault";
import { wasHere } from "./was_here";

/**
 * Makes the chat and starts it; it shows `starting` until it knows more.
 *
 * `speak` changes the language; it resolves also when that one's texts cannot be fetched.
 * `doors` fetches the screens before the chat, which the views are a part of.
 * `undoSend` says whether messages can be taken back for some seconds.
 * `words` says what a notification says.
 */
export async function startChat(
  speak: (locale: string) => Promise<void>,
  doors: Pick<Surroundings, "loadDoors" | "loadRareDoors">,
  undoSend: Surroundings["undoSend"],
  words: AlertWords,
): Promise<ChatApp> {
  keepJoinLink();
  const badge = new PageBadge();
  const chat = new Chat({
    api: new FetchApi(fetch.bind(window)),
    vault: openVault(),
    authenticator: browserPasskeys,
    clock: browserClock,
    crypto: browserCrypto,
    random,
    openSocket: openBrowserSocket,
    channel: () => browserChannel("onrecord-outbox"),
    endings: browserChannel("onrecord-endings"),
    lockNews: browserChannel("onrecord-lock"),
    lock: appLock,
    uses,
    locks: browserLocks,
    network: networkOf({ window, document, navigator }),
    attention: browserAttention,
    soon,
    dayOf,
    deviceName: deviceName(navigator.userAgent),
    takeLink,
    takeObjection,
    takeOpening,
    takeJoinLink,
    clients: clientsDevice,
    awaited: awaitedCode,
    openHere: openConversation(),
    wasHere,
    invites: browserInvites,
    speak,
    undoSend,
    ...doors,
    loadRows: async () => (await import("../view_models/timeline_rows")).TimelineRows,
    loadLater: () => import("../view_models/later_models"),
    loadSigns: async () => (await import("../policy/off_channel")).offChannel,
    loadOrders: async () => (await import("../policy/orders")).orders,
    alerting: () => stored(ALERTS) === "on",
    loadNotifier: async () =>
      new (await import("./notifier")).BrowserNotifier(words, browserAttention),
    loadShell: async () => new (await import("./browser_shell")).BrowserShell(),
    loadVoice: async () => (await import("./voice")).recordVoice,
    leaving,
    staying,
    badge: badge.badge,
    named: badge.named,
  });
  heedAddress();
  void chat.start();
  return chat;
}

/** What the address says beside the links that are taken out of it. */
function heedAddress(): void {
  if (location.hash === "#client") {
    clientsDevice.set(true);
    history.replaceState(history.state, "", location.pathname + location.search);
  }
  // A link opened in this tab only changes the fragment; it is redeemed like in a new one.
  window.addEventListener("hashchange", () => {
    if (/^#(link|invite|join)=/.test(location.hash)) location.reload();
  });
}

async function openVault(): Promise<Vault> {
  try {
    return await IndexedVault.open();
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    return new MemoryVault();
  }
}
