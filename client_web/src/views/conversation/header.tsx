/** Who is here, whether anyone is from outside the firm, and that it is recorded. */
import type { ReactNode } from "react";
import type { ConversationItem } from "../../view_models/conversation_list";
import type { StatusState } from "../../view_models/status";
import { AssuranceTag } from "../parts/assurance_tag";
import { Avatar } from "../parts/avatar";
import { IconButton } from "../parts/button";
import { ClientTag } from "../parts/client_tag";
import { StatusLine } from "../parts/status_line";
import { useFormat, useText } from "../text";
import { AnsweringLine } from "./answering";
import s from "./header.module.css";
import { Presence } from "./presence";
import { Recording } from "./recording";

interface HeaderProps {
  item: ConversationItem;
  recording: StatusState["recording"];
  now: number;
  /** When the other side is in. */
  theirs: ReactNode;
  detailsOpen: boolean;
  finding: boolean;
  onBack(): void;
  onFind(): void;
  onDetails(): void;
}

export function ConversationHeader(props: HeaderProps) {
  const { item, recording } = props;
  const say = useText();
  const group = item.kind === "group";
  const other = group ? undefined : item.others[0];
  return (
    <header className={s.header}>
      <span className={s.back}>
        <IconButton icon="back" label={say("back")} onClick={props.onBack} />
      </span>
      <Avatar
        id={other?.id ?? item.id}
        name={item.name}
        picture={item.picture ?? other?.picture}
        group={group}
        outside={item.outside}
        online={other?.online ?? false}
      />
      <div className={s.lines}>
        <div className={s.line}>
          <h1 className={s.name} title={item.name} dir="auto">
            {item.name}
          </h1>
          {item.outside ? <ClientTag who={item.outsideName} beside={item.name} /> : null}
        </div>
        <div className={`${s.line} ${s.about}`}>
          <Recording recording={recording} />
          {other?.assurance === undefined ? null : (
            <AssuranceTag assurance={other.assurance} now={props.now} />
          )}
          <Presence item={item} />
          <Attendance item={item} now={props.now} />
          {other === undefined ? null : <StatusLine person={other} />}
          {props.theirs}
        </div>
      </div>
      <IconButton
        icon="search"
        label={say("find.title")}
        aria-expanded={props.finding}
        onClick={props.onFind}
      />
      <IconButton
        icon={group ? "people" : "info"}
        label={say(group ? "members.open" : "details.open")}
        aria-expanded={props.detailsOpen}
        onClick={props.onDetails}
      />
    </header>
  );
}

/** To a client when somebody answers; to the firm's people that the client waits. */
function Attendance({ item, now }: { item: ConversationItem; now: number }) {
  const say = useText();
  const format = useFormat();
  if (item.answering !== undefined) {
    return (
      <span className={s.attendance}>
        <AnsweringLine view={item.answering} now={now} />
      </span>
    );
  }
  if (item.waiting === undefined) return null;
  const since = format.since(item.waiting.since, now);
  return <span className={s.attendance}>{say("waiting.since", { since })}</span>;
}
