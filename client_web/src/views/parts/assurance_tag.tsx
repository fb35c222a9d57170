/** A small mark beside a client: how sure the firm is that it is them. */
import { type AssuranceView, standingOf } from "../../view_models/assurance";
import { type Format, type Say, useFormat, useText } from "../text";
import s from "./assurance_tag.module.css";
import { Icon } from "./icon";

interface AssuranceTagProps {
  assurance: AssuranceView;
  now: number;
}

export function AssuranceTag({ assurance, now }: AssuranceTagProps) {
  const say = useText();
  const format = useFormat();
  const { level, since } = standingOf(assurance, now);
  return (
    <span className={s.tag} data-level={level} title={assuranceText(assurance, now, say, format)}>
      <Icon name={level === "overdue" || level === "none" ? "alert" : "shield"} size={12} />
      <span className={s.word}>{say(`assurance.${level}`, { date: format.date(since) })}</span>
    </span>
  );
}

/** The whole sentence behind the mark. */
export function assuranceText(
  assurance: AssuranceView,
  now: number,
  say: Say,
  format: Format,
): string {
  const { level, since } = standingOf(assurance, now);
  const { confirmed, until } = assurance;
  const values = { date: format.date(since), until: format.date(until) };
  if (level !== "advisor_confirmed" || confirmed === undefined) {
    return say(`assurance.${level}.explain`, values);
  }
  const { by, how } = confirmed;
  return say("assurance.advisor_confirmed.explain", {
    by,
    how,
    until: format.date(confirmed.until),
  });
}
