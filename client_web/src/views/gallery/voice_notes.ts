/** Scenes with voice notes: being recorded, kept beside the text, and sent. */
import { Observed } from "../../view_models/observable";
import type { VoiceNoteModel, VoiceState } from "../../view_models/voice";
import type { Scene } from "./fakes";
import { file, trayFile } from "./files";
import { client, me, piotr } from "./people";
import { arranged, message, talk } from "./rows";
import { few } from "./scenes";

const LEVELS = Array.from(
  { length: 64 },
  (_, at) => Math.abs(Math.sin(at / 3) * Math.sin(at / 11)) * 0.3,
);
const WAVE = LEVELS.map((level) => Math.round(level * 50).toString(16)).join("");

/** One that stands as it is; it ends when it is sent, kept or discarded. */
export function voiceNote(shown: Partial<VoiceState> = {}): VoiceNoteModel {
  const state = new Observed<VoiceState>({
    kind: "recording",
    ms: 12_340,
    levels: LEVELS,
    locked: false,
    pull: 0,
    ...shown,
  });
  const patch = (change: Partial<VoiceState>) => state.set({ ...state.get(), ...change });
  const end = () => patch({ kind: "over" });
  return {
    state,
    lock: () => patch({ locked: shown.locked ?? true }),
    drag() {},
    release() {},
    pause: () => patch({ kind: "paused" }),
    resume: () => patch({ kind: "recording" }),
    send: end,
    keep: end,
    cancel: end,
  };
}

function voice(name: string, ms: number) {
  return file(name, { kind: "sound", type: "audio/webm", voice: { ms, wave: WAVE } });
}

const sent: Scene = {
  items: few,
  open: "c-client",
  rows: arranged([
    message(client, "", 40, { files: [{ ...voice("a.webm", 12_340), unplayed: true }] }),
    message(me, "", 30, { files: [voice("b.webm", 61_500)] }),
    message(piotr, "What we agreed on the phone.", 20, { files: [voice("c.webm", 754_000)] }),
    message(me, "", 0, {
      tick: "clock",
      uploading: true,
      files: [{ ...voice("d.webm", 4_000), waiting: true }],
    }),
  ]),
};

const heard = arranged([message(me, "", 30, { files: [voice("b.webm", 61_500)] })]);

const recording: Scene = {
  items: few,
  open: "c-client",
  rows: talk(6, client),
  press: ["voice.record"],
};

export const VOICE_SCENES: Readonly<Record<string, Scene>> = {
  voice: sent,
  "voice-info": { ...sent, rows: heard, heard: true, press: ["context", "message.info"] },
  "voice-recording": recording,
  "voice-paused": { ...recording, voice: { kind: "paused" } },
  "voice-held": { ...recording, voice: { locked: false, pull: 0.3 } },
  "voice-denied": { ...recording, voice: { kind: "failed", trouble: "denied" } },
  "voice-kept": {
    ...recording,
    press: [],
    composer: {
      canSend: true,
      files: [trayFile("voice.webm", { kind: "sound", voice: { ms: 12_340, wave: WAVE } })],
    },
  },
};
