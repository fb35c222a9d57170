/** What was written, as evidence: what is unseen stands there by its number. */
import { visibleParts } from "../../view_models/unseen";
import { useText } from "../text";
import s from "./visible.module.css";

export function Visible({ text }: { text: string }) {
  const say = useText();
  return visibleParts(text).map((part) =>
    part.sign ? (
      <span key={part.at} className={s.sign} dir="ltr" title={say("console.unseen")}>
        {part.text}
      </span>
    ) : (
      part.text
    ),
  );
}
