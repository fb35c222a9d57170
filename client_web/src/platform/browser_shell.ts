/** The page's files on the device: registers the service worker, and hears of newer versions from it. */
import { Signal } from "../session/signal";
import { Observed } from "../view_models/observable";
import type { Shell } from "../view_models/update";

const WORKER = "/worker.js";

/** Trusted Types, as far as they are used here; not every browser has them. */
interface TypedWindow {
  readonly trustedTypes?: {
    createPolicy(
      name: string,
      rules: { createScriptURL(address: string): string },
    ): { createScriptURL(address: string): unknown };
  };
}

let address: string | undefined;

/** The one script that a text may name on this page. */
function workerAddress(): string {
  // The page's security policy allows one policy of a name.
  if (address !== undefined) return address;
  const policy = (window as TypedWindow).trustedTypes?.createPolicy("app", {
    createScriptURL(asked) {
      if (asked !== WORKER) throw new TypeError(`No worker is called ${asked}.`);
      return asked;
    },
  });
  // A TrustedScriptURL, which the browser wants in the place of a text.
  address = (policy?.createScriptURL(WORKER) ?? WORKER) as string;
  return address;
}

export class BrowserShell implements Shell {
  readonly newer = new Observed(false);
  readonly pressed = new Signal<string>();
  /** Undefined where there are no workers, or one was refused. */
  private readonly registered: Promise<ServiceWorkerRegistration | undefined>;

  /** Registers the worker. Without one everything else goes on as it is. */
  constructor() {
    this.registered = register();
    // A browser may have no workers, whatever its types say.
    navigator.serviceWorker?.addEventListener("controllerchange", ask);
    navigator.serviceWorker?.addEventListener("message", ({ data }) => {
      if (typeof data?.entry === "string") void this.hear(data.entry);
      if (typeof data?.open === "string") this.pressed.emit(data.open);
    });
    navigator.serviceWorker?.startMessages();
    ask();
  }

  look(): void {
    void this.updated().then(ask);
  }

  reload(): void {
    location.reload();
  }

  /** What the worker would open now. */
  private async hear(entry: string): Promise<void> {
    if (entry === ownEntry()) return this.newer.set(false);
    // It may be the older one: then its successor is on its way, and tells.
    const registration = await this.updated();
    if (registration !== undefined && !registration.installing) this.newer.set(true);
  }

  /** Once the server was asked for a newer worker; undefined: it could not be. */
  private async updated(): Promise<ServiceWorkerRegistration | undefined> {
    const registration = await this.registered;
    return registration?.update().then(
      () => registration,
      () => undefined,
    );
  }
}

async function register(): Promise<ServiceWorkerRegistration | undefined> {
  const how = { updateViaCache: "none" } as const;
  return navigator.serviceWorker?.register(workerAddress(), how).catch(() => undefined);
}

function ask(): void {
  navigator.serviceWorker?.controller?.postMessage("entry");
}

/** What this page began with; it names its build. */
function ownEntry(): string | undefined {
  const scripts = document.querySelectorAll<HTMLScriptElement>('script[type="module"][src]');
  const last = [...scripts].at(-1);
  return last && new URL(last.src).pathname;
}
