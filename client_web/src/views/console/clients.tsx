/** The clients that somebody answers or stands in for, and how they pass to others. */
import { type FormEvent, useState } from "react";
import { type AccountList, advisorsBeside, uncovered } from "../../view_models/console/accounts";
import type { Account, ServedClient } from "../../view_models/console/shown";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { Field } from "../parts/field";
import { useFormat, useText } from "../text";
import s from "./console.module.css";
import { SelectField } from "./select_field";

export function Clients({ model, account }: { model: AccountList; account: Account }) {
  const say = useText();
  const { served = [] } = useObserved(model.state);
  if (served.length === 0) return null;
  return (
    <section className={s.form} aria-labelledby="clients">
      <h2 id="clients" className={s.heading}>
        {say("console.clients.title")}
      </h2>
      <p className={s.soft}>{say("console.clients.lead")}</p>
      <ul className={s.forms}>
        {served.map((each) => (
          <Client key={each.conversation} model={model} account={account} served={each} />
        ))}
      </ul>
    </section>
  );
}

interface ClientProps {
  model: AccountList;
  account: Account;
  served: ServedClient;
}

function Client({ model, account, served }: ClientProps) {
  const say = useText();
  const format = useFormat();
  const state = useObserved(model.state);
  const { all = [], busy } = state;
  const nameOf = (id: string) => all.find((one) => one.id === id)?.name ?? id.slice(0, 8);
  return (
    <li className={s.card}>
      <strong>
        <bdi>{served.name}</bdi>
      </strong>
      {served.group === undefined ? null : (
        <p className={s.soft}>{say("console.clients.group", { title: served.group })}</p>
      )}
      <p className={s.soft}>
        {uncovered(state, served)
          ? say("console.row.conversation.uncovered", { former: nameOf(served.owner) })
          : say("console.clients.owner", { name: nameOf(served.owner) })}
      </p>
      {served.delegates.map(({ id, person, starts, ends, active }) => (
        <p key={id} className={s.buttons}>
          <span>
            <bdi>{nameOf(person)}</bdi>{" "}
            <span className={s.figures}>
              {say(active ? "console.clients.until" : "console.clients.from_until", {
                starts: format.edge(starts),
                ends: format.edge(ends),
              })}
            </span>
          </span>
          <Button
            busy={busy}
            onClick={() => void model.pass(served.conversation, { op: "end", person })}
          >
            {say("console.clients.end", { name: nameOf(person) })}
          </Button>
        </p>
      ))}
      {served.owner === account.id ? <PassOn model={model} served={served} /> : null}
    </li>
  );
}

function PassOn({ model, served }: { model: AccountList; served: ServedClient }) {
  const say = useText();
  const state = useObserved(model.state);
  const [person, setPerson] = useState("");
  const { conversation, delegates, group } = served;
  const delegate = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const until = String(new FormData(event.currentTarget).get("until"));
    void model.pass(conversation, { op: "delegate", person, until });
  };
  const stands = delegates.some((each) => each.person === person);
  return (
    <form className={s.forms} onSubmit={delegate}>
      <SelectField
        label={say("console.clients.to")}
        value={person}
        options={[
          { value: "", label: "–" },
          ...advisorsBeside(state).map(({ id, name }) => ({ value: id, label: name })),
        ]}
        onChange={setPerson}
      />
      <Button
        busy={state.busy}
        disabled={person === ""}
        onClick={() => void model.pass(conversation, { op: "hand_over", person })}
      >
        {say("console.clients.hand_over")}
      </Button>
      {group === undefined ? (
        <>
          <Field name="until" type="date" label={say("console.clients.last_day")} required />
          <Button type="submit" busy={state.busy} disabled={person === "" || stands}>
            {say("console.clients.delegate")}
          </Button>
        </>
      ) : null}
    </form>
  );
}
