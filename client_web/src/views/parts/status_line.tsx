/** What somebody says of themself, in few words. */
import { type PersonView, saysNow } from "../../view_models/people";
import { useText } from "../text";
import s from "./status_line.module.css";

export function StatusLine({ person, now }: { person: PersonView; now: number }) {
  const say = useText();
  const status = saysNow(person, now);
  if (status === undefined) return null;
  return (
    <span className={s.status} title={status.text}>
      {status.quiet ? <span className={s.quiet}>{say("status.quiet")}</span> : null}
      {status.text === undefined ? null : <bdi>{status.text}</bdi>}
    </span>
  );
}
