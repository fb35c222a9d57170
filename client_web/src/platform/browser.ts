/** Clock, socket, randomness, network, attention, tabs: the browser's, as the model wants them. */
import type { Crypto } from "../session/ids";
import type { Cancel, Channel, Clock, Locks, Network, OpenSocket } from "../session/ports";
import type { Attention } from "../view_models/context";
import type { Soon } from "../view_models/derived";
import { SUBPROTOCOL } from "../wire/codec";

export const browserClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};

export const browserCrypto: Crypto = {
  random: (bytes) => crypto.getRandomValues(bytes),
  sha256: async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)),
};

/** In [0, 1), for spreading attempts; nobody has to be unable to guess it. */
export function random(): number {
  return (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32;
}

export const openBrowserSocket: OpenSocket = (events) => {
  const socket = new WebSocket(`wss://${location.host}/api/v1/ws`, SUBPROTOCOL);
  socket.addEventListener("open", () => events.opened());
  socket.addEventListener("close", () => events.closed());
  socket.addEventListener("message", ({ data }) => {
    // The protocol has text messages only; whatever else comes is not understood.
    events.message(typeof data === "string" ? data : "");
  });
  return {
    send(text) {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    close: () => socket.close(),
  };
};

/** What tells of the network; a browser's window and document fit. */
export interface Surface {
  readonly window: EventTarget;
  readonly document: EventTarget & { readonly visibilityState: string };
  readonly navigator: { readonly onLine: boolean };
}

export function networkOf({ window, document, navigator }: Surface): Network {
  return {
    online: () => navigator.onLine,
    subscribe(listener) {
      const network = listen(window, ["online", "offline", "pageshow"], listener);
      const thawed = listen(document, ["resume"], listener);
      const woke = waking(document, listener);
      return () => {
        network();
        thawed();
        woke();
      };
    },
  };
}

const LOOK_MS = 5_000;
/** A timer that comes so late has slept with the device. */
const SLEPT_MS = 15_000;

/** Calls back when the device was asleep: nothing else tells a page that stayed in view. */
function waking(document: Surface["document"], listener: () => void): Cancel {
  let looked = Date.now();
  const timer = setInterval(() => {
    const now = Date.now();
    // In a hidden page timers are late by design; somebody who looks at it again is noticed anyway.
    if (now - looked >= SLEPT_MS && document.visibilityState === "visible") listener();
    looked = now;
  }, LOOK_MS);
  return () => clearInterval(timer);
}

export const browserAttention: Attention = {
  here: () => document.visibilityState === "visible" && document.hasFocus(),
  subscribe(listener) {
    const focus = listen(window, ["focus", "blur"], listener);
    const shown = listen(document, ["visibilitychange"], listener);
    return () => {
      focus();
      shown();
    };
  },
};

/** Calls back whenever somebody touches the page. */
export function uses(listener: () => void): Cancel {
  return listen(window, ["pointerdown", "pointermove", "keydown", "wheel", "focus"], listener);
}

/** Calls back when the page is hidden or left: there may be no later chance. */
export function leaving(listener: () => void): Cancel {
  const hidden = () => {
    if (document.visibilityState === "hidden") listener();
  };
  const shown = listen(document, ["visibilitychange"], hidden);
  const left = listen(window, ["pagehide"], listener);
  return () => {
    shown();
    left();
  };
}

/** Before the next frame; in a hidden page, which has no frames, after a moment. */
export const soon: Soon = (callback) => {
  let ran = false;
  const once = () => {
    if (ran) return;
    ran = true;
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    callback();
  };
  const frame = requestAnimationFrame(once);
  const timer = setTimeout(once, 100);
};

export function browserChannel<T>(name: string): Channel<T> {
  const channel = new BroadcastChannel(name);
  return {
    post: (message) => channel.postMessage(message),
    subscribe(listener) {
      const heard = ({ data }: MessageEvent<T>) => listener(data);
      channel.addEventListener("message", heard);
      return () => {
        channel.removeEventListener("message", heard);
        channel.close();
      };
    },
  };
}

export const browserLocks: Locks = {
  hold(name, gained) {
    const ending = new AbortController();
    const held = new Promise<void>((resolve) => {
      ending.signal.addEventListener("abort", () => resolve());
    });
    navigator.locks
      .request(name, { signal: ending.signal }, () => {
        gained();
        return held;
      })
      .catch((error: unknown) => {
        if (!ending.signal.aborted) throw error;
      });
    return () => ending.abort();
  },
};

/** The local day of a moment, as a key: "2026-11-24". */
export function dayOf(time: number): string {
  const date = new Date(time);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}

/** Takes the token of a one-time link out of the address, so that it stays in no history. */
export const takeLink = () => takeFragment("link");

/** Takes the secret that stops a reset. */
export const takeObjection = () => takeFragment("object");

/** Takes the conversation that a notification leads to. */
export const takeOpening = () => takeFragment("open");

function takeFragment(name: string): string | undefined {
  const [, found, value] = /^#(\w+)=(.+)$/.exec(location.hash) ?? [];
  if (found !== name || value === undefined) return undefined;
  history.replaceState(history.state, "", location.pathname + location.search);
  return value;
}

function listen(target: EventTarget, names: readonly string[], listener: () => void): Cancel {
  const heard = () => listener();
  for (const name of names) target.addEventListener(name, heard);
  return () => {
    for (const name of names) target.removeEventListener(name, heard);
  };
}

/** Has the browser ask before the page goes, as long as something would be lost with it. */
export function staying(needed: () => boolean): Cancel {
  const ask = (event: BeforeUnloadEvent) => {
    if (needed()) event.preventDefault();
  };
  window.addEventListener("beforeunload", ask);
  return () => window.removeEventListener("beforeunload", ask);
}
