/** Fetches what the first screen does without: when it is shown, or before that. */
import { useEffect } from "react";
import { speakAll } from "./catalogues";

export const loadLog = () => import("./conversation/log");
export const loadExtras = () => withTexts(import("./extras"));
export const loadViewer = () => withTexts(import("./files/viewer"));
export const loadDoors = () => withTexts(import("./door"));

/** A part is shown with its texts, in the language that is spoken. */
async function withTexts<T>(part: Promise<T>): Promise<T> {
  const [loaded] = await Promise.all([part, speakAll()]);
  return loaded;
}

/** Long enough for the first screen to be painted and its lists to be there. */
const IDLE_MS = 2_000;

/** Fetches all of it in good time: it opens at once, and also when the network is gone by then. */
export function usePrefetch(): void {
  useEffect(() => {
    // Whoever opens one is told if it cannot be fetched.
    loadLog().catch(() => {});
    speakAll().catch(() => {});
    const timer = setTimeout(() => {
      loadExtras().catch(() => {});
      loadDoors().catch(() => {});
      loadViewer().catch(() => {});
    }, IDLE_MS);
    return () => clearTimeout(timer);
  }, []);
}
