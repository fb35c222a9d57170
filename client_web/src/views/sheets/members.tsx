/** Who is in a conversation, and what may be changed about it. */
import { type ReactNode, useState } from "react";
import type { MembersModel, MembersState } from "../../view_models/members";
import type { PersonView } from "../../view_models/people";
import { Confirm, type Question } from "../dialogs/confirm";
import { ShareFrom } from "../dialogs/share_from";
import { Button } from "../parts/button";
import { Problem } from "../parts/field";
import { Sheet, SheetPart } from "../parts/sheet";
import { useText, useTroubleText } from "../text";
import { AddPeople } from "./add_people";
import { Answering } from "./answering";
import { MemberRow } from "./member_row";
import s from "./sheets.module.css";
import { Title } from "./title";

export interface MembersSheetProps {
  state: MembersState;
  actions: Omit<MembersModel, "state">;
  today: string;
  now: number;
  /** How sure the firm is of a client, and what to do about it. */
  check?: ReactNode;
  complaints?: ReactNode;
  onWrite(person: string): void;
  onClose(): void;
}

type Asking =
  | { readonly kind: "question"; readonly question: Question }
  | { readonly kind: "add" | "share"; readonly person: PersonView };

export function MembersSheet(props: MembersSheetProps) {
  const { state, actions, today, now, check, complaints, onWrite, onClose } = props;
  const say = useText();
  const words = useTroubleText();
  const [asking, setAsking] = useState<Asking>();
  const ask = (question: Question) => setAsking({ kind: "question", question });
  const group = state.kind === "group";
  return (
    <Sheet title={say(group ? "members.title" : "details.title")} onClose={onClose}>
      {state.trouble === undefined ? null : (
        <div className={s.problem}>
          <Problem text={words(state.trouble)} />
        </div>
      )}
      {group ? <Title state={state} onRename={(title) => actions.rename(title)} /> : null}
      {state.relationship === undefined ? null : (
        <Answering relationship={state.relationship} actions={actions} today={today} onAsk={ask} />
      )}
      <SheetPart
        {...(group || state.relationship !== undefined
          ? { title: say("members.count", { count: state.members.length }) }
          : {})}
      >
        {state.canChange && group ? (
          <AddPeople
            state={state}
            onQuery={(query) => actions.search(query)}
            onPick={(person) => setAsking({ kind: "add", person })}
          />
        ) : null}
        <ul className={s.list}>
          {state.members.map((member) => (
            <MemberRow
              key={member.person.id}
              member={member}
              now={now}
              canChange={state.canChange && group}
              onWrite={() => onWrite(member.person.id)}
              onShare={() => setAsking({ kind: "share", person: member.person })}
              onRemove={() => ask(removal(member.person, say, actions))}
            />
          ))}
        </ul>
      </SheetPart>
      {complaints}
      {check}
      {state.canLeave ? (
        <SheetPart>
          <div className={s.end}>
            <Button icon="leave" onClick={() => ask(leaving(say, actions))}>
              {say("leave.open")}
            </Button>
          </div>
        </SheetPart>
      ) : null}
      {asking?.kind === "question" ? (
        <Confirm question={asking.question} onClose={() => setAsking(undefined)} />
      ) : null}
      {asking?.kind === "add" || asking?.kind === "share" ? (
        <ShareFrom
          person={asking.person}
          step={asking.kind}
          today={today}
          onClose={() => setAsking(undefined)}
          onDone={(since) => {
            if (asking.kind === "add") actions.add(asking.person.id, since);
            else if (since !== undefined) actions.share(asking.person.id, since);
          }}
        />
      ) : null}
    </Sheet>
  );
}

type Actions = MembersSheetProps["actions"];

function removal(person: PersonView, say: ReturnType<typeof useText>, actions: Actions): Question {
  return {
    title: say("members.remove.title", { name: person.name }),
    text: say("members.remove.text"),
    verb: say("members.remove.verb"),
    onYes: () => actions.remove(person.id),
  };
}

function leaving(say: ReturnType<typeof useText>, actions: Actions): Question {
  return {
    title: say("leave.title"),
    text: say("leave.text"),
    verb: say("leave.verb"),
    onYes: () => actions.leave(),
  };
}
