/** The first part: what is looked for, and what looking means. */
import type { FormEvent } from "react";
import type { Choice } from "../../view_models/console/desk";
import type { Workbench } from "../../view_models/console/workbench";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { Field, Problem } from "../parts/field";
import { useText, useTroubleText } from "../text";
import s from "./query.module.css";
import { SelectField } from "./select_field";
import { WillBeRecorded } from "./will_be_recorded";

export function Query({ bench }: { bench: Workbench }) {
  const say = useText();
  const words = useTroubleText();
  const { search, desk } = bench;
  const { fields, busy, trouble } = useObserved(search.state);
  const names = useObserved(desk.names);
  const nameTrouble = useObserved(desk.trouble);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void search.run();
  };
  return (
    <form
      className={s.query}
      data-part="query"
      aria-label={say("console.query.label")}
      onSubmit={submit}
    >
      <Field
        name="words"
        data-first=""
        type="search"
        label={say("console.query.words")}
        hint={say("console.query.words_hint")}
        aria-keyshortcuts="/"
        autoComplete="off"
        maxLength={200}
        value={fields.words}
        onChange={(event) => search.fill({ words: event.target.value })}
      />
      <SelectField
        label={say("console.query.person")}
        value={fields.person}
        options={anyOr(say("console.query.anybody"), names.people)}
        onChange={(person) => search.fill({ person })}
      />
      {fields.person === "" ? null : (
        <SelectField
          label={say("console.query.as")}
          value={fields.personAs}
          options={[
            { value: "member", label: say("console.query.as_member") },
            { value: "author", label: say("console.query.as_author") },
          ]}
          onChange={(as) => search.fill({ personAs: as === "author" ? "author" : "member" })}
        />
      )}
      <SelectField
        label={say("console.query.conversation")}
        value={fields.conversation}
        options={anyOr(say("console.query.any"), names.conversations)}
        onChange={(conversation) => search.fill({ conversation })}
      />
      <div className={s.days}>
        <Field
          type="date"
          label={say("console.query.from")}
          value={fields.fromDay}
          onChange={(event) => search.fill({ fromDay: event.target.value })}
        />
        <Field
          type="date"
          label={say("console.query.to")}
          value={fields.toDay}
          onChange={(event) => search.fill({ toDay: event.target.value })}
        />
      </div>
      <Field
        label={say("console.query.reason")}
        hint={say("console.query.reason_hint")}
        maxLength={500}
        value={fields.reason}
        onChange={(event) => search.fill({ reason: event.target.value })}
      />
      <WillBeRecorded bench={bench} what={say("console.recorded.search")} />
      {trouble === undefined ? null : <Problem text={words(trouble)} />}
      {nameTrouble === undefined ? null : <Problem text={words(nameTrouble)} />}
      <div className={s.verbs}>
        <Button look="primary" type="submit" busy={busy}>
          {say(busy ? "console.query.busy" : "console.query.verb")}
        </Button>
        <Button look="quiet" onClick={search.clear}>
          {say("console.query.clear")}
        </Button>
      </div>
      <p className={s.soft}>{say("console.readable")}</p>
      <p className={s.soft}>{say("console.keys")}</p>
    </form>
  );
}

function anyOr(any: string, choices: readonly Choice[]) {
  const named = choices.map(({ id, name, hint }) => ({ value: id, label: `${name} · ${hint}` }));
  return [{ value: "", label: any }, ...named];
}
