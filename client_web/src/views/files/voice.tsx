/** A voice note: how it sounds as a line of bars, which are also where one goes to in it. */
import { useCallback, useEffect, useMemo, useState } from "react";
import type { FilesModel, FileView, Source } from "../../view_models/files";
import { lengthOf, type VoiceMeasure, wholeLength } from "../../view_models/voice";
import { speed, VoicePlayer } from "../../view_models/voice_player";
import { type Addresses, useBrowser } from "../browser";
import { useObserved } from "../observed";
import { IconButton } from "../parts/button";
import { useText, useTroubleText } from "../text";
import s from "./voice.module.css";

interface VoiceProps {
  voice: VoiceMeasure;
  tabIndex: number;
  /** Nobody has played it here or elsewhere, and it is not one's own. */
  unplayed?: boolean;
  /** Where it can be read; stays the same function. */
  ask(again: boolean): Promise<Source>;
  /** It is heard; stays the same function. */
  onBegun?: (() => void) | undefined;
}

export function Voice({ voice, tabIndex, unplayed = false, ask, onBegun }: VoiceProps) {
  const say = useText();
  const words = useTroubleText();
  const { sounds } = useBrowser();
  const player = useMemo(
    () => new VoicePlayer({ sounds, ask, begun: onBegun }),
    [sounds, ask, onBegun],
  );
  useEffect(() => () => player.close(), [player]);
  const { on, at, trouble } = useObserved(player.state);
  const rate = useObserved(speed);
  const begun = on || at > 0;
  const length = wholeLength(voice.ms);
  const here = lengthOf(at);
  return (
    // biome-ignore lint/a11y/useSemanticElements: no fieldset of a form
    <div role="group" className={s.voice} aria-label={say("voice.label", { length })}>
      <IconButton
        icon={on ? "pause" : "play"}
        look="primary"
        label={say(on ? "voice.stop" : "voice.play")}
        tabIndex={tabIndex}
        onClick={() => player.toggle()}
      />
      <span className={s.track}>
        <Wave wave={voice.wave} played={Math.min(1, at / voice.ms)} />
        <input
          type="range"
          className={s.place}
          min={0}
          max={voice.ms}
          step={Math.ceil(Math.min(1000, voice.ms / 20))}
          value={Math.round(Math.min(at, voice.ms))}
          tabIndex={tabIndex}
          aria-label={say("voice.place")}
          aria-valuetext={say("voice.at", { at: here, length })}
          onChange={(event) => player.seek(event.target.valueAsNumber)}
          onKeyDown={(event) => {
            // The log goes from message to message with these.
            if (/^(Arrow|Page|Home|End)/.test(event.key)) event.stopPropagation();
          }}
        />
      </span>
      {unplayed ? (
        <span className={s.unplayed} title={say("voice.unplayed")}>
          <span className="aside">{say("voice.unplayed")}</span>
        </span>
      ) : null}
      <span className={s.time}>{begun ? here : length}</span>
      <button
        type="button"
        className={s.speed}
        tabIndex={tabIndex}
        aria-label={say("voice.speed", { rate })}
        onClick={() => player.faster()}
      >
        {rate}×
      </button>
      {trouble === undefined ? null : (
        <p className={s.trouble} role="alert">
          {words(trouble, "file.unreadable")}
        </p>
      )}
    </div>
  );
}

/** A voice note of a message. */
export function SentVoice(props: {
  eventId: string;
  file: FileView & { readonly voice: VoiceMeasure };
  files: FilesModel;
  tabIndex: number;
  /** Stays the same function. */
  onPlayed(eventId: string): void;
}) {
  const { eventId, files, tabIndex, onPlayed } = props;
  const { id, voice, waiting, unplayed } = props.file;
  const { addresses } = useBrowser();
  const [heard, setHeard] = useState(false);
  const ask = useMemo(() => {
    const own = waiting ? ownAddress(() => files.local(id), addresses) : undefined;
    return async (again: boolean) =>
      (await own?.()) ?? files.source(eventId, id, "original", again);
  }, [eventId, id, files, waiting, addresses]);
  const begun = useCallback(() => {
    setHeard(true);
    onPlayed(eventId);
  }, [eventId, onPlayed]);
  return (
    <Voice
      voice={voice}
      tabIndex={tabIndex}
      unplayed={unplayed === true && !heard}
      ask={ask}
      onBegun={begun}
    />
  );
}

/** Of bytes that are on this device: given back when the page goes. */
export function ownAddress(content: () => Promise<unknown>, addresses: Pick<Addresses, "of">) {
  let url: string | undefined;
  return async (): Promise<Source | undefined> => {
    url ??= addresses.of(await content());
    return url === undefined ? undefined : { url };
  };
}

const HEIGHT = 24;
const STEP = 4;

/** Bars, the played ones in the accent's colour. */
function Wave({ wave, played }: { wave: string; played: number }) {
  const until = Math.round(wave.length * played);
  return (
    <svg
      className={s.wave}
      viewBox={`0 0 ${wave.length * STEP} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      <path d={bars(wave, 0, until)} className={s.played} />
      <path d={bars(wave, until, wave.length)} className={s.rest} />
    </svg>
  );
}

function bars(wave: string, from: number, to: number): string {
  return [...wave]
    .map((digit, place) => {
      const half = Math.max(1, (Number.parseInt(digit, 16) / 15) * (HEIGHT / 2 - 1));
      return `M${place * STEP + STEP / 2} ${HEIGHT / 2 - half}v${2 * half}`;
    })
    .slice(from, to)
    .join("");
}
