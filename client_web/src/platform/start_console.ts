/** The console in this browser, put together. */
import { Console } from "../view_models/console/console";
import type { Address } from "../view_models/console/ports";
import { browserClock, takeLink } from "./browser";
import { FetchConsoleApi } from "./console_api";
import { deviceName } from "./device_name";
import { wasHere } from "./was_here";

const address: Address = {
  read: () => location.hash,
  push: (fragment) => history.pushState(null, "", fragment),
  replace: (fragment) => history.replaceState(null, "", fragment),
  subscribe(listener) {
    // Also heard for steps back and forth: they change nothing but the fragment.
    window.addEventListener("hashchange", listener);
    return () => window.removeEventListener("hashchange", listener);
  },
};

/** Makes the console and starts it; it shows `starting` until it knows more. */
export function startConsole(): Console {
  const app = new Console({
    api: new FetchConsoleApi(fetch.bind(window)),
    address,
    clock: browserClock,
    deviceName: deviceName(navigator.userAgent),
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    takeLink,
    wasHere,
  });
  window.addEventListener("hashchange", () => {
    if (location.hash.startsWith("#link=")) location.reload();
  });
  void app.start();
  return app;
}
