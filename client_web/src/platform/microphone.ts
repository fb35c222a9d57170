/**
 * The microphone, as browsers record it.
 *
 * Facts first:
 *   * Chromium and Firefox make WebM or Ogg with Opus, WebKit MP4 with AAC (older ones nothing else).
 *   * A browser shows that it records for as long as a track of the device lives.
 *   * What an AudioContext hears is silence until it runs; a page that somebody touched may start it.
 */
import { MicRefused, type Microphone, type MicTrouble, type Take } from "../view_models/voice";
import { staying } from "./browser";

const FORMS = [
  ["audio/webm;codecs=opus", "webm"],
  ["audio/mp4", "m4a"],
  ["audio/ogg;codecs=opus", "ogg"],
] as const;
/** Speech needs no more. */
const BITS_PER_SECOND = 32_000;
const LOOK_MS = 50;
/** How often what was recorded so far is handed over. */
const SLICE_MS = 1_000;

const TROUBLES: Readonly<Record<string, MicTrouble>> = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "missing",
  OverconstrainedError: "missing",
  NotSupportedError: "unsupported",
};

export const browserMicrophone: Microphone = {
  async open(heard, ended) {
    const form = formHere();
    if (form === undefined || navigator.mediaDevices === undefined) {
      throw new MicRefused("unsupported");
    }
    const stream = await opened();
    try {
      return new StreamTake(stream, form, { heard, ended });
    } catch (error) {
      for (const track of stream.getTracks()) track.stop();
      throw refusedBy(error);
    }
  },
};

function formHere() {
  if (typeof MediaRecorder !== "function") return undefined;
  return FORMS.find(([type]) => MediaRecorder.isTypeSupported(type));
}

async function opened(): Promise<MediaStream> {
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: true });
  } catch (error) {
    throw refusedBy(error);
  }
}

function refusedBy(error: unknown): unknown {
  if (!(error instanceof DOMException)) return error;
  return new MicRefused(TROUBLES[error.name] ?? "busy");
}

interface Ears {
  readonly heard: (level: number) => void;
  readonly ended: () => void;
}

class StreamTake implements Take {
  private readonly stream: MediaStream;
  private readonly type: string;
  private readonly ending: string;
  private readonly recorder: MediaRecorder;
  private readonly pieces: Blob[] = [];
  private readonly context = new AudioContext();
  private readonly timer: ReturnType<typeof setInterval>;
  private readonly leaves = staying(() => true);

  constructor(stream: MediaStream, [form, ending]: (typeof FORMS)[number], ears: Ears) {
    this.stream = stream;
    this.ending = ending;
    this.type = form.split(";", 1)[0] ?? form;
    this.recorder = new MediaRecorder(stream, {
      mimeType: form,
      audioBitsPerSecond: BITS_PER_SECOND,
    });
    this.recorder.ondataavailable = ({ data }) => this.pieces.push(data);
    for (const track of stream.getAudioTracks()) track.onended = ears.ended;
    const analyser = this.context.createAnalyser();
    this.context.createMediaStreamSource(stream).connect(analyser);
    void this.context.resume();
    const samples = new Float32Array(analyser.fftSize);
    this.timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      ears.heard(loudness(samples));
    }, LOOK_MS);
    this.recorder.start(SLICE_MS);
  }

  pause(): void {
    this.recorder.pause();
  }

  resume(): void {
    this.recorder.resume();
  }

  async stop(): Promise<File> {
    await new Promise<void>((done) => {
      // The device's end has stopped it already; its last piece may still be on its way.
      this.recorder.onstop = () => done();
      if (this.recorder.state === "inactive") setTimeout(done, 0);
      else this.recorder.stop();
    });
    this.release();
    const name = `voice-${stamp(new Date())}.${this.ending}`;
    return new File(this.pieces, name, { type: this.type });
  }

  drop(): void {
    if (this.recorder.state !== "inactive") this.recorder.stop();
    this.release();
  }

  private release(): void {
    this.leaves();
    clearInterval(this.timer);
    void this.context.close();
    for (const track of this.stream.getTracks()) {
      track.onended = null;
      track.stop();
    }
  }
}

/** The root of the mean square. */
function loudness(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return Math.min(1, Math.sqrt(sum / samples.length));
}

/** 20261126-091530, by this device's clock. */
function stamp(at: Date): string {
  const two = (n: number) => String(n).padStart(2, "0");
  const day = `${at.getFullYear()}${two(at.getMonth() + 1)}${two(at.getDate())}`;
  return `${day}-${two(at.getHours())}${two(at.getMinutes())}${two(at.getSeconds())}`;
}
