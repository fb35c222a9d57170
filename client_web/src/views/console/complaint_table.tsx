/** Complaints as rows: no word of what was written is among them. */
import { categoryIn } from "../../view_models/complaints";
import type { Desk } from "../../view_models/console/desk";
import type { ComplaintCategory, ListedComplaint } from "../../view_models/console/shown";
import { Button } from "../parts/button";
import { ClientTag } from "../parts/client_tag";
import { usePreferences } from "../preferences_context";
import { useText } from "../text";
import s from "./complaints.module.css";
import c from "./console.module.css";
import { type Wall, wallOf } from "./instant";
import t from "./table.module.css";

interface ComplaintTableProps {
  complaints: readonly ListedComplaint[];
  /** What can be chosen today, in both languages. */
  categories: readonly ComplaintCategory[];
  /** The firm's. */
  zone: string;
  desk: Desk;
  onOpen(complaint: ListedComplaint): void;
}

export function ComplaintTable({ complaints, zone, ...rest }: ComplaintTableProps) {
  const say = useText();
  const wall = wallOf(zone);
  if (complaints.length === 0) return <p className={c.empty}>{say("console.complaints.none")}</p>;
  return (
    <>
      <p className={c.label}>{say("console.complaints.zone", { zone: wall.zone })}</p>
      <table className={`${t.table} ${t.cards}`}>
        <thead>
          <tr>
            <th scope="col">{say("console.complaints.reference")}</th>
            <th scope="col">{say("console.complaints.state")}</th>
            <th scope="col">{say("console.complaints.category")}</th>
            <th scope="col">{say("console.complaints.conversation")}</th>
            <th scope="col">{say("console.complaints.filed")}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {complaints.map((complaint) => (
            <Row key={complaint.id} complaint={complaint} wall={wall} {...rest} />
          ))}
        </tbody>
      </table>
    </>
  );
}

interface RowProps extends Omit<ComplaintTableProps, "complaints" | "zone"> {
  complaint: ListedComplaint;
  wall: Wall;
}

function Row({ complaint, categories, wall, desk, onOpen }: RowProps) {
  const say = useText();
  const { language } = usePreferences();
  const { reference, conversation, person, at } = complaint;
  return (
    <tr>
      <th scope="row" className={s.reference}>
        {reference}
      </th>
      <td data-label={say("console.complaints.state")}>
        <State complaint={complaint} wall={wall} desk={desk} />
      </td>
      <td data-label={say("console.complaints.category")}>
        <bdi>{categoryIn(language, complaint, categories)}</bdi>
      </td>
      <td data-label={say("console.complaints.conversation")}>
        <bdi>{desk.conversationName(conversation.id)}</bdi>{" "}
        {conversation.outside ? <ClientTag /> : null}
      </td>
      <td data-label={say("console.complaints.filed")}>
        <bdi>{desk.nameOf(person)}</bdi>
        <time className={s.at} dateTime={at}>
          {wall.at(at)}
        </time>
      </td>
      <td className={s.verb}>
        <Button
          aria-label={say("console.complaints.open", { reference })}
          onClick={() => onOpen(complaint)}
        >
          {say("console.complaints.open.short")}
        </Button>
      </td>
    </tr>
  );
}

function State({ complaint, wall, desk }: Pick<RowProps, "complaint" | "wall" | "desk">) {
  const say = useText();
  const { state, overdue, due, closed_at, closed_by } = complaint;
  if (state === "open") {
    const day = wall.at(due);
    return (
      <span className={s.state} data-overdue={overdue || undefined}>
        {say(overdue ? "console.complaints.overdue" : "console.complaints.due", { day })}
      </span>
    );
  }
  const by = desk.nameOf(closed_by ?? "");
  const day = wall.at(closed_at ?? due);
  return <span>{say(`console.complaints.${state}`, { day, by })}</span>;
}
