/** The amber mark of everything that reaches outside the firm. */
import { useText } from "../text";
import s from "./client_tag.module.css";

interface ClientTagProps {
  /** The firm's or person's name. */
  who?: string | undefined;
  /** What stands beside the tag already: the same name is not said twice. */
  beside?: string | undefined;
}

export function ClientTag({ who: named, beside }: ClientTagProps) {
  const say = useText();
  const who = named === beside || named === "" ? undefined : named;
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
