/** "On the record": a dot and words, with one sentence of explanation behind them. */
import { useId, useLayoutEffect, useRef, useState } from "react";
import type { StatusState } from "../../view_models/status";
import { useBrowser } from "../browser";
import { placeBeside } from "../parts/place";
import { useText } from "../text";
import s from "./recording.module.css";

export function Recording({ recording }: { recording: StatusState["recording"] }) {
  const say = useText();
  const id = useId();
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <button
        ref={button}
        type="button"
        className={s.recording}
        data-state={recording}
        popoverTarget={id}
        aria-expanded={open}
      >
        <span className={s.dot} aria-hidden="true" />
        {say(`recording.${recording}`)}
      </button>
      <Explanation id={id} recording={recording} anchor={button} open={open} onToggle={setOpen} />
    </>
  );
}

interface ExplanationProps {
  id: string;
  recording: StatusState["recording"];
  anchor: React.RefObject<HTMLElement | null>;
  open: boolean;
  onToggle(open: boolean): void;
}

function Explanation({ id, recording, anchor, open, onToggle }: ExplanationProps) {
  const say = useText();
  const { page } = useBrowser();
  const note = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState({ x: 0, y: 0 });
  useLayoutEffect(() => {
    if (open && note.current && anchor.current) {
      setAt(placeBeside(note.current, anchor.current, page));
    }
  }, [open, anchor, page]);
  return (
    <div
      ref={note}
      id={id}
      popover="auto"
      role="note"
      className={s.note}
      style={{ left: at.x, top: at.y }}
      onToggle={(event) => onToggle(event.newState === "open")}
    >
      <p>{say(`recording.${recording}.explain`)}</p>
    </div>
  );
}
