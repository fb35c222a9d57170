/** Who answers for the client, who stands in and until when, and how that changes. */
import { useState } from "react";
import type {
  DelegateView,
  RelationshipActions,
  RelationshipView,
} from "../../view_models/relationship";
import type { Question } from "../dialogs/confirm";
import { PassOn } from "../dialogs/pass_on";
import { Button, IconButton } from "../parts/button";
import { PersonLines } from "../parts/person_row";
import { SheetPart } from "../parts/sheet";
import { useFormat, useText } from "../text";
import s from "./sheets.module.css";

interface AnsweringProps {
  relationship: RelationshipView;
  actions: RelationshipActions;
  /** Today, YYYY-MM-DD. */
  today: string;
  onAsk(question: Question): void;
}

export function Answering({ relationship, actions, today, onAsk }: AnsweringProps) {
  const say = useText();
  const [step, setStep] = useState<"hand_over" | "delegate">();
  const { owner, delegates, canChange, mine } = relationship;
  const end = ({ person }: DelegateView) =>
    onAsk({
      title: say("delegate.end.title", { name: person.name }),
      text: say("delegate.end.text"),
      verb: say("delegate.end.verb"),
      onYes: () => actions.endDelegation(person.id),
    });
  return (
    <SheetPart title={say(mine ? "relationship.title.client" : "relationship.title")}>
      <ul className={s.list}>
        <li className={s.member}>
          <PersonLines person={owner} />
        </li>
        {delegates.map((delegate) => (
          <Delegate
            key={delegate.person.id}
            delegate={delegate}
            onEnd={canChange ? () => end(delegate) : undefined}
          />
        ))}
      </ul>
      {canChange ? (
        <div className={s.choices} aria-busy={relationship.busy}>
          <Button icon="leave" disabled={relationship.busy} onClick={() => setStep("hand_over")}>
            {say("hand_over.open")}
          </Button>
          <Button icon="people" disabled={relationship.busy} onClick={() => setStep("delegate")}>
            {say("delegate.open")}
          </Button>
        </div>
      ) : null}
      {step === undefined ? null : (
        <PassOn
          step={step}
          relationship={relationship}
          actions={actions}
          today={today}
          onClose={() => {
            actions.searchAdvisors("");
            setStep(undefined);
          }}
        />
      )}
    </SheetPart>
  );
}

interface DelegateProps {
  delegate: DelegateView;
  onEnd: (() => void) | undefined;
}

function Delegate({ delegate, onEnd }: DelegateProps) {
  const say = useText();
  const format = useFormat();
  const { person, active, busy } = delegate;
  const [starts, ends] = [format.edge(delegate.starts), format.edge(delegate.ends)];
  return (
    <li className={s.member} aria-busy={busy}>
      <PersonLines
        person={person}
        note={say(active ? "delegate.until" : "delegate.from_until", { starts, ends })}
      />
      {onEnd === undefined ? null : (
        <IconButton
          icon="close"
          size={18}
          disabled={busy}
          label={say("delegate.end.open", { name: person.name })}
          onClick={onEnd}
        />
      )}
    </li>
  );
}
