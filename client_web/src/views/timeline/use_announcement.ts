/** What a screen reader hears of new messages: those of others that come while one is at the end. */
import { useEffect, useRef, useState } from "react";
import type { MessageRow, NoticeRow, TimelineRow, TimelineState } from "../../view_models/timeline";
import { wholeLength } from "../../view_models/voice";
import { useText } from "../text";

/** The newest message of somebody else as a sentence, while it says so; "" before and after. */
export function useAnnouncement(state: TimelineState): string {
  const say = useText();
  const [spoken, setSpoken] = useState<MessageRow | NoticeRow | undefined>(undefined);
  const last = state.rows[state.rows.length - 1];
  const before = useRef<string | undefined>(undefined);
  useEffect(() => {
    const known = before.current;
    before.current = last?.key;
    if (last === undefined || known === undefined || known === last.key) return;
    if (state.moreAfter || !isSpoken(last)) return;
    if (!state.rows.some((row) => row.key === known)) return;
    setSpoken(last);
  }, [last, state]);
  // A text that was edited or removed is not read out again, nor left in the page.
  if (spoken?.text === undefined || !stands(state, spoken)) return "";
  const name = spoken.kind === "message" ? spoken.author.name : say("event.out_of_office.replied");
  const voice = spoken.kind === "message" ? spoken.files[0]?.voice : undefined;
  const files =
    voice === undefined ? say("file.one") : say("voice.label", { length: wholeLength(voice.ms) });
  const text = spoken.text === "" ? files : spoken.text.slice(0, 500);
  return say("timeline.announce", { name, text });
}

/** What others say, and what the service replies by itself. */
function isSpoken(row: TimelineRow): row is MessageRow | NoticeRow {
  if (row.kind === "message") return !row.mine && row.text !== undefined;
  return row.kind === "notice" && row.text !== undefined;
}

function stands(state: TimelineState, spoken: MessageRow | NoticeRow): boolean {
  const row = state.rows.find(({ key }) => key === spoken.key);
  return row !== undefined && "text" in row && row.text === spoken.text;
}
