/** That somebody is out of office, and what they say of themself, in few words. */
import type { PersonStatus, PersonView } from "../../view_models/people";
import { useFormat, useText } from "../text";
import { Icon } from "./icon";
import s from "./status_line.module.css";

interface StatusLineProps {
  person: PersonView;
  /** small: where there is little room the name goes first; whole: an absence hides nothing else. */
  look?: "small" | "whole";
}

export function StatusLine({ person, look }: StatusLineProps) {
  const { status, awayUntil } = person;
  if (status === undefined && awayUntil === undefined) return null;
  return (
    <>
      {awayUntil === undefined ? null : <Away until={awayUntil} small={look === "small"} />}
      {status === undefined || (awayUntil !== undefined && look !== "whole") ? null : (
        <Words status={status} small={look === "small"} />
      )}
    </>
  );
}

function Away({ until, small }: { until: string; small: boolean }) {
  const say = useText();
  const format = useFormat();
  const whole = say("presence.away_until", { until: format.edge(until) });
  return (
    <span className={s.status} data-away="" data-small={small || undefined} title={whole}>
      <bdi>{small ? say("presence.away_short", { until: format.date(until) }) : whole}</bdi>
    </span>
  );
}

function Words({ status, small }: { status: PersonStatus; small: boolean }) {
  const say = useText();
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
