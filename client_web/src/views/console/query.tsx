/** The first part: what is looked for, and what looking means. */
import { type FormEvent, useState } from "react";
import { picked } from "../../view_models/console/picker";
import { MOST_PEOPLE } from "../../view_models/console/search";
import { saidOnce } from "../../view_models/console/troubles";
import type { Workbench } from "../../view_models/console/workbench";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { Field, Problem } from "../parts/field";
import { useText, useTroubleText } from "../text";
import { ChoiceField } from "./choice_field";
import s from "./query.module.css";
import { SelectField } from "./select_field";
import { WillBeRecorded } from "./will_be_recorded";

export function Query({ bench }: { bench: Workbench }) {
  const say = useText();
  const words = useTroubleText();
  const { search, desk } = bench;
  const { fields, busy, trouble } = useObserved(search.state);
  const nameTrouble = useObserved(desk.trouble);
  const count = fields.people.length;
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
      <PeopleField bench={bench} />
      {count === 0 ? null : (
        <SelectField
          label={say("console.query.as")}
          value={fields.personAs}
          options={[
            { value: "member", label: say("console.query.as_member", { count }) },
            { value: "author", label: say("console.query.as_author", { count }) },
          ]}
          onChange={(as) => search.fill({ personAs: as === "author" ? "author" : "member" })}
        />
      )}
      <ConversationField bench={bench} />
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
      <div className={s.verbs}>
        {saidOnce([trouble, nameTrouble]).map((each) => (
          <div key={each.code} className={s.trouble}>
            <Problem text={words(each)} />
          </div>
        ))}
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

function PeopleField({ bench }: { bench: Workbench }) {
  const say = useText();
  const { search, desk } = bench;
  const [query, setQuery] = useState("");
  const { people: known } = useObserved(desk.names);
  const { people } = useObserved(search.state).fields;
  const full = people.length >= MOST_PEOPLE;
  const others = full ? [] : known.filter(({ id }) => !people.includes(id));
  const some = people.length > 0;
  return (
    <ChoiceField
      label={say("console.query.people")}
      any={say(some ? "console.query.another" : "console.query.anybody")}
      chosen=""
      query={query}
      {...picked(query, others)}
      several={{
        chosen: people.map((person) => desk.personOf(person)),
        full: full ? say("console.query.full", { most: MOST_PEOPLE }) : undefined,
        onDrop: search.dropPerson,
      }}
      onQuery={setQuery}
      onChoose={search.addPerson}
    />
  );
}

function ConversationField({ bench }: { bench: Workbench }) {
  const say = useText();
  const words = useTroubleText();
  const { query, found, busy, more, trouble } = useObserved(bench.conversations.state);
  const { conversation } = useObserved(bench.search.state).fields;
  return (
    <>
      <ChoiceField
        label={say("console.query.conversation")}
        any={say("console.query.any")}
        chosen={conversation === "" ? "" : bench.desk.conversationName(conversation)}
        query={query}
        found={found}
        more={more}
        busy={busy}
        onQuery={bench.conversations.search}
        onChoose={(chosen) => bench.search.fill({ conversation: chosen })}
      />
      {trouble === undefined ? null : <Problem text={words(trouble)} />}
    </>
  );
}
