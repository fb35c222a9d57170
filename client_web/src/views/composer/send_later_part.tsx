/** Beside the send button: sending later; above the field: what waits to be sent here. */
import { useCallback, useEffect, useRef } from "react";
import type { ConversationModel } from "../../view_models/chat";
import type { ComposerState } from "../../view_models/composer";
import type { ScheduledGist } from "../../view_models/conversation_list";
import { Chunk } from "../chunk";
import { loadExtras } from "../load_extras";
import { useNow, useObserved } from "../observed";
import { IconButton } from "../parts/button";
import { Strip } from "../parts/strip";
import { useFormat, useText } from "../text";
import s from "./composer.module.css";

export function SendLaterButton({ onOpen }: { onOpen(): void }) {
  const say = useText();
  return <IconButton icon="clock" label={say("later.open")} onClick={onOpen} />;
}

/** Outside of the composer: a form in a form is none. */
export function Planning({ model, onClose }: { model: ConversationModel; onClose(): void }) {
  const now = useNow();
  const { crossesLater } = useObserved(model.composer.state);
  const load = useCallback(() => Promise.all([loadExtras(), model.details()]), [model]);
  const planned = useRef(false);
  // The button that opened this went with what was written.
  useEffect(
    () => () => {
      if (planned.current) model.composer.goOnWriting();
    },
    [model],
  );
  return (
    <Chunk load={load} onClose={onClose}>
      {([part, details]) => (
        <part.SendLater
          now={now}
          crosses={crossesLater}
          onDone={async (at) => {
            const trouble = await details.scheduled().plan(at);
            planned.current = trouble === undefined;
            return trouble;
          }}
          onClose={onClose}
        />
      )}
    </Chunk>
  );
}

interface WaitingStripProps {
  gist: ScheduledGist | undefined;
  /** Why it will not be sent. */
  closed: ComposerState["closed"];
  now: number;
  onOpen(): void;
}

export function WaitingStrip({ gist, closed, now, onOpen }: WaitingStripProps) {
  const say = useText();
  const format = useFormat();
  if (gist === undefined) return null;
  const { count, next, refused } = gist;
  const wrong = refused > 0 || closed !== undefined;
  return (
    <Strip
      tone={wrong ? "failed" : "plain"}
      icon={wrong ? "alert" : "clock"}
      action={
        <button type="button" className={s.more} onClick={onOpen}>
          {say("later.show")}
        </button>
      }
    >
      {refused > 0
        ? say("later.refused_count", { count: refused })
        : closed === undefined
          ? say("later.count", { count, when: format.next(next, now) })
          : say("later.stuck", { count, why: say(`later.why.${closed}`) })}
    </Strip>
  );
}
