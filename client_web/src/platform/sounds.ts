/**
 * Sounds by an audio element of the browser.
 *
 * Facts first: what a browser records as WebM does not say how long it is. Until it was read to its
 * end, its duration is Infinity, and one can go nowhere in it.
 */
import type { Played, Sounds } from "../view_models/voice_player";

/** Behind the end of every voice note, in seconds. */
const BEHIND = 1e6;

export const sounds: Sounds = {
  async load(address, at, events) {
    const audio = new Audio(address);
    if (!(await measured(audio))) return undefined;
    audio.currentTime = at / 1000;
    audio.ontimeupdate = () => events.at(audio.currentTime * 1000);
    audio.onended = () => events.ended();
    audio.onerror = () => events.failed();
    return {
      play: () => played(audio),
      pause: () => audio.pause(),
      seek(to) {
        audio.currentTime = to / 1000;
      },
      speed(rate) {
        audio.playbackRate = rate;
      },
      close: () => audio.removeAttribute("src"),
    };
  },
};

/** Once it is known how long it is; false: it cannot be read. */
function measured(audio: HTMLAudioElement): Promise<boolean> {
  return new Promise((done) => {
    audio.preload = "auto";
    audio.onerror = () => done(false);
    audio.ondurationchange = () => {
      if (Number.isFinite(audio.duration)) done(true);
      else audio.currentTime = BEHIND;
    };
  });
}

async function played(audio: HTMLAudioElement): Promise<Played> {
  try {
    await audio.play();
    return "played";
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    return error.name === "NotSupportedError" ? "unreadable" : "held";
  }
}
