/** What a screen reader hears of new messages: those of others that come while one is at the end. */
import { useEffect, useRef, useState } from "react";
import type { TimelineState } from "../../view_models/timeline";
import { useText } from "../text";

/** The newest message of somebody else as a sentence, once it has come; "" before. */
export function useAnnouncement(state: TimelineState): string {
  const say = useText();
  const [words, setWords] = useState("");
  const last = state.rows[state.rows.length - 1];
  const before = useRef<string | undefined>(undefined);
  useEffect(() => {
    const known = before.current;
    before.current = last?.key;
    if (last === undefined || known === undefined || known === last.key) return;
    if (state.moreAfter || last.kind !== "message" || last.mine || last.text === undefined) return;
    if (!state.rows.some((row) => row.key === known)) return;
    setWords(say("timeline.announce", { name: last.author.name, text: last.text.slice(0, 500) }));
  }, [last, say, state]);
  return words;
}
