/** What somebody says of themself, in few words. */
import { type PersonView, saysNow } from "../../view_models/people";
import { useText } from "../text";
import { Icon } from "./icon";
import s from "./status_line.module.css";

interface StatusLineProps {
  person: PersonView;
  now: number;
  /** Where there is little room the name goes first. */
  small?: boolean;
}

export function StatusLine({ person, now, small }: StatusLineProps) {
  const say = useText();
  const status = saysNow(person, now);
  if (status === undefined) return null;
  const quiet = say("status.quiet");
  return (
    <span className={s.status} data-small={small || undefined} title={status.text}>
      {!status.quiet ? null : small ? (
        <span className={s.sign}>
          <Icon name="minus" size={12} />
          <span className="aside">{quiet}</span>
        </span>
      ) : (
        <span className={s.quiet}>{quiet}</span>
      )}
      {status.text === undefined ? null : <bdi>{status.text}</bdi>}
    </span>
  );
}
