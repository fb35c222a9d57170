/**
 * The microphone: held while one speaks, or pressed once to go on without holding it.
 *
 * It stays where it is while it is held: a finger belongs to what it touched first.
 */
import { type PointerEvent, useRef } from "react";
import { IconButton } from "../parts/button";
import { useText } from "../text";
import s from "./composer.module.css";
import { Hold } from "./use_recording";

interface MicProps {
  /** Begins; `hold`: what presses it, undefined with a key. */
  press(hold: Hold | undefined): void;
  held: boolean;
}

export function Mic({ press, held }: MicProps) {
  const say = useText();
  const hold = useRef<Hold>(undefined);
  const release = () => {
    hold.current?.release();
    hold.current = undefined;
  };
  return (
    <span className={s.mic} data-held={held || undefined}>
      <IconButton
        icon="mic"
        look="primary"
        label={say("voice.record")}
        onPointerDown={(event: PointerEvent<HTMLButtonElement>) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          hold.current = new Hold(event.clientX, event.clientY);
          press(hold.current);
        }}
        onPointerMove={({ clientX, clientY, currentTarget }) =>
          hold.current?.move(clientX, clientY, currentTarget.matches(":dir(rtl)"))
        }
        onPointerUp={release}
        onPointerCancel={release}
        onContextMenu={(event) => event.preventDefault()}
        onClick={(event) => {
          // A key, or a screen reader: a pointer has begun it already.
          if (event.detail === 0) press(undefined);
        }}
      />
    </span>
  );
}
