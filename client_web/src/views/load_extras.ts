/** Fetches what the list of conversations does without: when it is opened, or before that. */
import { useEffect } from "react";

export const loadLog = () => import("./conversation/log");
export const loadExtras = () => import("./extras");

/** Long enough for the first screen to be painted and its lists to be there. */
const IDLE_MS = 2_000;

/** Fetches all of it in good time: it opens at once, and also when the network is gone by then. */
export function usePrefetch(): void {
  useEffect(() => {
    loadLog().catch(() => {});
    const timer = setTimeout(() => {
      // Whoever opens it is told if it cannot be fetched.
      loadExtras().catch(() => {});
    }, IDLE_MS);
    return () => clearTimeout(timer);
  }, []);
}
