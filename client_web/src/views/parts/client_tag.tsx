/** The amber mark of everything that reaches outside the firm. */
import { useText } from "../text";
import s from "./client_tag.module.css";

/** `who`: the firm's or person's name; left out where it stands beside the tag already. */
export function ClientTag({ who }: { who?: string | undefined }) {
  const say = useText();
  return (
    <span
      className={s.tag}
      data-alone={who === undefined || undefined}
      title={say("outside.explain")}
    >
      <span className={s.word}>{say("outside.tag")}</span>
      {who === undefined ? null : <bdi className={s.who}>{who}</bdi>}
    </span>
  );
}
