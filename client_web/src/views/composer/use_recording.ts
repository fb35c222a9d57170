/** From a press of the microphone to the end of what is recorded. */
import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from "react";
import type { VoiceNoteModel } from "../../view_models/voice";
import { useBrowser } from "../browser";

/** A finger or a mouse button on the microphone, and how far it moved since, in pixels. */
export class Hold {
  /** To the start of the line, and upwards. */
  aside = 0;
  up = 0;
  down = true;
  changed: (() => void) | undefined;
  private readonly from: { readonly x: number; readonly y: number };

  constructor(x: number, y: number) {
    this.from = { x, y };
  }

  move(x: number, y: number, rtl: boolean): void {
    this.aside = (rtl ? -1 : 1) * (this.from.x - x);
    this.up = this.from.y - y;
    this.changed?.();
  }

  release(): void {
    this.down = false;
    this.changed?.();
  }
}

interface Recording {
  readonly begun: Promise<VoiceNoteModel>;
  /** Undefined: begun with a key, so that nothing is held. */
  readonly hold: Hold | undefined;
}

export function useRecording(
  record: () => Promise<VoiceNoteModel>,
  field: RefObject<HTMLTextAreaElement | null>,
) {
  const [recording, setRecording] = useState<Recording>();
  const [locked, setLocked] = useState(false);
  const press = useCallback(
    (hold: Hold | undefined) => {
      setLocked(hold === undefined);
      setRecording({ begun: record(), hold });
    },
    [record],
  );
  const ended = useCallback(() => setRecording(undefined), []);
  const { device } = useBrowser();
  const was = useRef(false);
  const is = recording !== undefined;
  // The text is there again once this is drawn. On a touch screen the keyboard would come up with it.
  useLayoutEffect(() => {
    if (was.current && !is && device.hasFinePointer()) field.current?.focus();
    was.current = is;
  }, [is, field, device]);
  const lock = useCallback(() => setLocked(true), []);
  return { recording, held: is && !locked, press, lock, ended };
}
