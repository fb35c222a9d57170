/** Clients whose advisor left with no successor: one is named for all of a leaver's, or for each. */
import { useState } from "react";
import { listed } from "../../view_models/bidi";
import { type AccountList, advisors } from "../../view_models/console/accounts";
import type { Leaver, ServedClient } from "../../view_models/console/shown";
import { useNow, useObserved } from "../observed";
import { Button } from "../parts/button";
import { useFormat, useText } from "../text";
import s from "./console.module.css";
import { SelectField } from "./select_field";

export function Uncovered({ model }: { model: AccountList }) {
  const say = useText();
  const { uncovered } = useObserved(model.state);
  if (uncovered === undefined) return null;
  const { leavers, alarm_hours: hours } = uncovered;
  return (
    <section className={s.form} aria-labelledby="uncovered">
      <h2 id="uncovered" className={s.heading} tabIndex={-1}>
        {say("console.uncovered.title")}
      </h2>
      <p className={s.soft}>
        {leavers.length === 0
          ? say("console.uncovered.none")
          : say("console.uncovered.lead", { hours })}
      </p>
      {leavers.length === 0 ? null : (
        <ul className={s.forms}>
          {leavers.map((each) => (
            <li key={each.person} className={s.card}>
              <OneLeaver model={model} leaver={each} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function OneLeaver({ model, leaver }: { model: AccountList; leaver: Leaver }) {
  const say = useText();
  const format = useFormat();
  const now = useNow();
  const { person, name, since, conversations, invites, bots } = leaver;
  const count = conversations.length;
  return (
    <>
      <button
        type="button"
        className={`${s.link} ${s.leaver}`}
        onClick={() => model.choose(person)}
      >
        <bdi>{name}</bdi>
      </button>
      {since === undefined ? null : (
        <span className={s.figures}>
          {say("console.uncovered.since", { since: format.since(since, now) })}
        </span>
      )}
      {bots.length === 0 ? null : (
        <p className={s.soft}>
          {say("console.uncovered.bots", { count: bots.length, names: listed(bots) })}
        </p>
      )}
      {invites === 0 ? null : (
        <p className={s.soft}>{say("console.uncovered.invites", { count: invites })}</p>
      )}
      {count + invites === 0 ? null : (
        <Naming
          model={model}
          label={say("console.uncovered.who")}
          verb={say("console.uncovered.all", { count })}
          onName={(to) => void model.succeed(person, to)}
        />
      )}
      {count < 2 ? (
        conversations.map((each) => <Called key={each.conversation} client={each} />)
      ) : (
        <details className={s.columns}>
          <summary>{say("console.uncovered.one_by_one")}</summary>
          <ul className={s.forms}>
            {conversations.map((each) => (
              <li key={each.conversation} className={s.card}>
                <Called client={each} />
                <Naming
                  model={model}
                  label={say("console.uncovered.who_for", { name: each.name })}
                  verb={say("console.clients.hand_over")}
                  onName={(to) => void model.succeedIn(each.conversation, to)}
                />
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function Called({ client }: { client: ServedClient }) {
  const say = useText();
  return (
    <p>
      <bdi>{client.name}</bdi>
      {client.group === undefined ? null : (
        <span className={s.soft}> {say("console.uncovered.group", { title: client.group })}</span>
      )}
    </p>
  );
}

interface NamingProps {
  model: AccountList;
  label: string;
  verb: string;
  onName(person: string): void;
}

function Naming({ model, label, verb, onName }: NamingProps) {
  const say = useText();
  const state = useObserved(model.state);
  const [person, setPerson] = useState("");
  return (
    <>
      <SelectField
        label={label}
        value={person}
        options={[
          { value: "", label: say("console.uncovered.choose") },
          ...advisors(state).map(({ id, name }) => ({ value: id, label: name })),
        ]}
        onChange={setPerson}
      />
      <Button busy={state.busy} disabled={person === ""} onClick={() => onName(person)}>
        {verb}
      </Button>
    </>
  );
}
