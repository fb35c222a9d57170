/** Who is in a conversation, and what may be changed about it. */
import { type ReactNode, useState } from "react";
import {
  couldLead,
  type MembersModel,
  type MembersState,
  type MemberView,
} from "../../view_models/members";
import type { PersonView } from "../../view_models/people";
import { Confirm, type Question } from "../dialogs/confirm";
import { LeaveTo } from "../dialogs/leave_to";
import { ShareFrom } from "../dialogs/share_from";
import { Button } from "../parts/button";
import { Problem } from "../parts/field";
import { Sheet, SheetPart } from "../parts/sheet";
import { useText, useTroubleText } from "../text";
import { AddPeople } from "./add_people";
import { Answering } from "./answering";
import { GroupAbout } from "./group_about";
import { GroupLink } from "./group_link";
import { MemberRow } from "./member_row";
import s from "./sheets.module.css";

export interface MembersSheetProps {
  state: MembersState;
  actions: Omit<MembersModel, "state">;
  today: string;
  now: number;
  /** How sure the firm is of a client, and what to do about it. */
  check?: ReactNode;
  complaints?: ReactNode;
  /** The way to what was sent here. */
  media?: ReactNode;
  onCopied(): void;
  /** Undefined: this person begins no conversations. */
  onWrite: ((person: string) => void) | undefined;
  /** Shows who somebody is; undefined: this is a client. */
  onPerson: ((person: string) => void) | undefined;
  onClose(): void;
}

type Asking =
  | { readonly kind: "question"; readonly question: Question }
  | { readonly kind: "leave_to" }
  | { readonly kind: "add" | "share"; readonly person: PersonView };

export function MembersSheet(props: MembersSheetProps) {
  const { state, actions, today, now, check, complaints, onCopied, onWrite, onPerson, onClose } =
    props;
  const say = useText();
  const words = useTroubleText();
  const [asking, setAsking] = useState<Asking>();
  const ask = (question: Question) => setAsking({ kind: "question", question });
  const group = state.kind === "group";
  // Between two people it is this conversation.
  const elsewhere = group || state.members.length > 2 ? onWrite : undefined;
  return (
    <Sheet title={say(group ? "members.title" : "details.title")} onClose={onClose}>
      {state.trouble === undefined ? null : (
        <div className={s.problem}>
          <Problem text={words(state.trouble)} />
        </div>
      )}
      {group ? <GroupAbout state={state} actions={actions} onAsk={ask} /> : null}
      {props.media}
      {state.relationship === undefined ? null : (
        <Answering relationship={state.relationship} actions={actions} today={today} onAsk={ask} />
      )}
      <SheetPart
        {...(group || (state.relationship !== undefined && !state.ended)
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
              onPerson={onPerson && (() => onPerson(member.person.id))}
              onWrite={elsewhere && (() => elsewhere(member.person.id))}
              onShare={() => setAsking({ kind: "share", person: member.person })}
              onAdmin={() => ask(leading(member, say, actions))}
              onRemove={() => ask(removal(member.person, state, say, actions))}
            />
          ))}
        </ul>
      </SheetPart>
      {state.canChange && group ? (
        <GroupLink state={state} actions={actions} onAsk={ask} onCopied={onCopied} />
      ) : null}
      {complaints}
      {check}
      {state.canLeave ? (
        <SheetPart>
          <div className={s.end}>
            <Button
              icon="leave"
              onClick={() =>
                state.lastAdmin ? setAsking({ kind: "leave_to" }) : ask(leaving(say, actions))
              }
            >
              {say("leave.open")}
            </Button>
          </div>
        </SheetPart>
      ) : null}
      {asking?.kind === "question" ? (
        <Confirm question={asking.question} onClose={() => setAsking(undefined)} />
      ) : null}
      {asking?.kind === "leave_to" ? (
        <LeaveTo
          people={state.members
            .map(({ person }) => person)
            .filter((person) => !person.me && couldLead(person))}
          onClose={() => setAsking(undefined)}
          onChoose={(person) => actions.leaveTo(person)}
        />
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

function removal(
  person: PersonView,
  { link }: MembersSheetProps["state"],
  say: ReturnType<typeof useText>,
  actions: Actions,
): Question {
  const text = say("members.remove.text");
  const ends = link !== undefined && !link.over;
  return {
    title: say("members.remove.title", { name: person.name }),
    text: ends ? `${text} ${say("members.remove.link")}` : text,
    verb: say("members.remove.verb"),
    onYes: () => actions.remove(person.id),
  };
}

function leading(
  { person, admin }: MemberView,
  say: ReturnType<typeof useText>,
  actions: Actions,
): Question {
  const { name } = person;
  return {
    title: say(admin ? "members.no_admin.title" : "members.admin.title", { name }),
    text: say(admin ? "members.no_admin.text" : "members.admin.text", { name }),
    verb: say(admin ? "members.no_admin.verb" : "members.admin.verb"),
    onYes: () => actions.setAdmin(person.id, !admin),
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
