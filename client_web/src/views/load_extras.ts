/** Fetches what the first screen does without: when it is shown, or before that. */
import { useEffect } from "react";
import type { Emoji } from "../view_models/emoji";
import type { Language } from "../view_models/preferences";
import { useBrowser } from "./browser";
import { speakAll, speakDoors } from "./catalogues";

export const loadLog = () => withTexts(import("./conversation/log"));
export const loadExtras = () => withTexts(import("./extras"));
export const loadRecorder = () => withTexts(import("./composer/recorder"));
export const loadViewer = () => withTexts(import("./files/viewer"));
/** The picker, with the names in a language. */
export const loadPicker = async (language: Language) => {
  const [part, groups] = await Promise.all([
    withTexts(import("./emoji/picker")),
    loadEmoji(language),
  ]);
  return { ...part, groups };
};

/** All emoji with their names in a language. */
export async function loadEmoji(language: Language) {
  const names =
    language === "pl" ? import("../locales/emoji.pl.json") : import("../locales/emoji.en.json");
  return (await names).default as unknown as readonly (readonly Emoji[])[];
}

/** Ways in: what draws, what decides and what they say. Nobody waits for the rest of the texts. */
export async function loadDoors() {
  const [views, models] = await Promise.all([
    import("./door"),
    import("../view_models/doors"),
    speakDoors(),
  ]);
  speakAll().catch(() => {});
  return { ...views, models };
}

/** The other screens before the chat, likewise. */
export async function loadRareDoors() {
  const parts = Promise.all([import("./rare_doors"), import("../view_models/rare_doors")]);
  const [views, models] = await withTexts(parts);
  return { ...views, models };
}

/** A part is shown with its texts, in the language that is spoken. */
async function withTexts<T>(part: Promise<T>): Promise<T> {
  const [loaded] = await Promise.all([part, speakAll()]);
  return loaded;
}

/** Long enough for the first screen to be painted and its lists to be there. */
const IDLE_MS = 2_000;

/** Fetches all of it in good time: it opens at once, and also when the network is gone by then. */
export function usePrefetch(idle: (on: boolean) => void): void {
  const { page } = useBrowser();
  useEffect(() => {
    let stop: (() => void) | undefined;
    let gone = false;
    // Whoever opens one is told if it cannot be fetched.
    loadLog().then(
      ({ watchIdle }) => {
        if (!gone) stop = watchIdle(page.events, idle);
      },
      () => {},
    );
    const timer = setTimeout(() => {
      loadExtras().catch(() => {});
      loadDoors().catch(() => {});
      loadRareDoors().catch(() => {});
      loadViewer().catch(() => {});
      loadRecorder().catch(() => {});
    }, IDLE_MS);
    return () => {
      gone = true;
      stop?.();
      clearTimeout(timer);
    };
  }, [page, idle]);
}
