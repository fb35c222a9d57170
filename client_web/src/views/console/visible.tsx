/** What was written, as evidence: what turns the order of writing stands there by its number. */
import { visibleParts } from "../../view_models/bidi";
import { useText } from "../text";
import s from "./visible.module.css";

export function Visible({ text }: { text: string }) {
  const say = useText();
  return visibleParts(text).map((part) =>
    part.turn ? (
      <span key={part.at} className={s.turn} dir="ltr" title={say("console.turns")}>
        {part.text}
      </span>
    ) : (
      part.text
    ),
  );
}
