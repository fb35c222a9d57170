/** Hand a client's conversation over, or let somebody stand in: to whom, until when, reading what. */
import { type FormEvent, useId, useState } from "react";
import type { PersonView } from "../../view_models/people";
import type {
  HistoryWish,
  RelationshipActions,
  RelationshipView,
} from "../../view_models/relationship";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Field } from "../parts/field";
import { useText } from "../text";
import { AdvisorChoice } from "./advisor_choice";
import s from "./dialogs.module.css";
import { HistoryChoice } from "./history_choice";

interface PassOnProps {
  step: "hand_over" | "delegate";
  relationship: RelationshipView;
  actions: RelationshipActions;
  /** Today, YYYY-MM-DD. */
  today: string;
  onClose(): void;
}

export function PassOn({ step, relationship, actions, today, onClose }: PassOnProps) {
  const say = useText();
  const form = useId();
  const [person, setPerson] = useState<PersonView>();
  const [history, setHistory] = useState<HistoryWish>({ kind: "all" });
  const [from, setFrom] = useState(today);
  const [until, setUntil] = useState("");
  const delegate = step === "delegate";
  const name = person?.name ?? "";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (person === undefined) return;
    onClose();
    if (!delegate) actions.handOver(person.id, history);
    else actions.delegate(person.id, history, { from: from > today ? from : undefined, until });
  };
  return (
    <Dialog
      tall={person === undefined}
      title={say(delegate ? "delegate.title" : "hand_over.title")}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{say("cancel")}</Button>
          <Button look="primary" type="submit" form={form} disabled={person === undefined}>
            {say(delegate ? "delegate.verb" : "hand_over.verb")}
          </Button>
        </>
      }
    >
      <form id={form} className={s.form} onSubmit={submit}>
        <AdvisorChoice
          chosen={person}
          query={relationship.query}
          people={delegate ? relationship.candidates : relationship.successors}
          onQuery={(query) => actions.searchAdvisors(query)}
          onChoose={setPerson}
        />
        {person !== undefined && delegate ? (
          <div className={s.period}>
            <Field
              type="date"
              label={say("delegate.from")}
              value={from}
              min={today}
              required
              onChange={(event) => setFrom(event.target.value)}
            />
            <Field
              type="date"
              label={say("delegate.last_day")}
              value={until}
              min={from}
              required
              onChange={(event) => setUntil(event.target.value)}
            />
          </div>
        ) : null}
        {person === undefined ? null : (
          <>
            <HistoryChoice wish={history} today={today} onChoose={setHistory} />
            <p className={s.note}>{say(delegate ? "delegate.note" : "hand_over.note", { name })}</p>
            {!delegate && relationship.groups ? (
              <p className={s.note}>{say("hand_over.groups", { name })}</p>
            ) : null}
          </>
        )}
      </form>
    </Dialog>
  );
}
