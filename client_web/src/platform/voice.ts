/** Voice notes of this browser; fetched when the first one is recorded. */
import type { RecordVoice } from "../view_models/voice";
import { VoiceNote } from "../view_models/voice_model";
import { browserClock } from "./browser";
import { browserMicrophone } from "./microphone";

export const recordVoice: RecordVoice = (give) =>
  new VoiceNote({ microphone: browserMicrophone, clock: browserClock, give });
