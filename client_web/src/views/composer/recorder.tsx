/** What stands in place of the text while a voice note is recorded. */
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { lengthOf, type VoiceNoteModel, type VoiceState } from "../../view_models/voice";
import { Unfetched } from "../chunk";
import { useObserved } from "../observed";
import { IconButton } from "../parts/button";
import { Icon } from "../parts/icon";
import { useText } from "../text";
import s from "./recorder.module.css";
import type { Hold } from "./use_recording";

interface RecorderProps {
  begun: Promise<VoiceNoteModel>;
  hold: Hold | undefined;
  /** It is not held any more. Both stay the same functions. */
  onLock(): void;
  onEnd(): void;
}

export function Recorder({ begun, hold, onLock, onEnd }: RecorderProps) {
  const [model, setModel] = useState<VoiceNoteModel>();
  const [lost, setLost] = useState(false);
  useEffect(() => {
    let made: VoiceNoteModel | undefined;
    let gone = false;
    begun.then(
      (one) => {
        made = one;
        // Whoever went away meanwhile recorded nothing yet.
        if (gone) one.cancel();
        else setModel(one);
      },
      () => setLost(true),
    );
    return () => {
      gone = true;
      made?.keep();
    };
  }, [begun]);
  if (lost) return <Unfetched onAgain={onEnd} onClose={onEnd} />;
  return model === undefined ? (
    <div className={s.bar} />
  ) : (
    <Bar {...{ model, hold, onLock, onEnd }} />
  );
}

interface BarProps extends Omit<RecorderProps, "begun"> {
  model: VoiceNoteModel;
}

function Bar({ model, hold, onLock, onEnd }: BarProps) {
  const say = useText();
  const state = useObserved(model.state);
  const { kind, locked } = state;
  useHold(model, hold);
  useEffect(() => {
    if (kind === "over") onEnd();
    else if (locked) onLock();
  }, [kind, locked, onLock, onEnd]);
  if (kind === "failed") {
    return (
      <div className={s.bar}>
        <p className={s.trouble} role="alert">
          {say(`voice.trouble.${state.trouble ?? "busy"}`)}
        </p>
        <IconButton autoFocus icon="close" label={say("close")} onClick={onEnd} />
      </div>
    );
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be a row of a form's line
    <div
      role="group"
      className={s.bar}
      aria-label={say("voice.recording")}
      style={{ "--pull": state.pull } as object}
      onKeyDown={(event: KeyboardEvent) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        event.stopPropagation();
        model.cancel();
      }}
    >
      {locked ? (
        <IconButton icon="trash" label={say("voice.discard")} onClick={() => model.cancel()} />
      ) : null}
      <span className={s.dot} data-still={kind !== "recording" || undefined} aria-hidden="true" />
      <span className={s.time} role="timer">
        {lengthOf(state.ms)}
      </span>
      {locked ? <Levels levels={state.levels} /> : <Slide />}
      <p className="aside" role="status">
        {say(kind === "paused" ? "voice.paused" : kind === "asking" ? "voice.asking" : "voice.on")}
      </p>
      {locked ? <Verbs model={model} state={state} /> : null}
    </div>
  );
}

/** What is held says what it is held for. */
function Slide() {
  const say = useText();
  return (
    <>
      <span className={s.slide}>
        <Icon name="back" size={16} />
        {say("voice.slide")}
      </span>
      <span className={s.lock} title={say("voice.lock")}>
        <Icon name="lock" size={18} />
      </span>
    </>
  );
}

function Verbs({ model, state: { kind } }: { model: VoiceNoteModel; state: VoiceState }) {
  const say = useText();
  const sends = useRef<HTMLButtonElement>(null);
  useEffect(() => sends.current?.focus(), []);
  const paused = kind === "paused";
  return (
    <>
      <IconButton
        icon={paused ? "mic" : "pause"}
        label={say(paused ? "voice.resume" : "voice.pause")}
        disabled={kind === "asking"}
        onClick={() => (paused ? model.resume() : model.pause())}
      />
      <IconButton
        icon="play"
        label={say("voice.keep")}
        disabled={kind === "asking"}
        onClick={() => model.keep()}
      />
      <IconButton
        ref={sends}
        icon="send"
        look="primary"
        label={say("voice.send")}
        aria-disabled={kind === "asking" || undefined}
        onClick={() => kind === "asking" || model.send()}
      />
    </>
  );
}

/** How loud it is, the newest at the end. */
function Levels({ levels }: Pick<VoiceState, "levels">) {
  return (
    <span className={s.levels} aria-hidden="true">
      {levels.map((level, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: bars are places, not things
        <i key={place} style={{ blockSize: `${Math.min(100, 8 + Math.sqrt(level) * 160)}%` }} />
      ))}
    </span>
  );
}

/** Follows what holds the microphone. */
function useHold(model: VoiceNoteModel, hold: Hold | undefined): void {
  useEffect(() => {
    if (hold === undefined) return model.lock();
    const follow = () => {
      if (hold.down) model.drag(hold.aside, hold.up);
      else model.release();
    };
    hold.changed = follow;
    follow();
    return () => {
      hold.changed = undefined;
    };
  }, [model, hold]);
}
