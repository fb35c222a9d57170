/** A new account: who they are and what they may. Their first link is made at once. */
import { type FormEvent, useState } from "react";
import { type AccountList, answersClients, needsMeeting } from "../../view_models/console/accounts";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { Field } from "../parts/field";
import { usePreferences } from "../preferences_context";
import { useText } from "../text";
import s from "./console.module.css";
import { PositionFields, positionIn } from "./position";
import { SelectField } from "./select_field";

const ROLES = ["employee", "advisor", "client", "compliance", "auditor", "administrator"] as const;
type Role = (typeof ROLES)[number];
const LANGUAGES = [
  { value: "en", label: "English", lang: "en" },
  { value: "pl", label: "Polski", lang: "pl" },
];

export function AddAccount({ model }: { model: AccountList }) {
  const say = useText();
  const { language } = usePreferences();
  const { busy, all = [] } = useObserved(model.state);
  const [role, setRole] = useState<Role>("employee");
  const [locale, setLocale] = useState<string>(language);
  const [advisor, setAdvisor] = useState("");
  const client = role === "client";
  const begin = (form: HTMLFormElement) => {
    // Not `reset`: it would show the first of each list, whatever is chosen here.
    for (const field of form.querySelectorAll("input")) field.value = "";
    setRole("employee");
    setLocale(language);
    setAdvisor("");
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const given = (name: string) => String(new FormData(form).get(name) ?? "").trim();
    const optional = {
      username: given("username"),
      ...positionIn(new FormData(form)),
      mail: given("mail"),
      phone: given("phone"),
      advisor: client ? advisor : "",
    };
    const fields = { name: given("name"), role, locale, org: given("org"), optional };
    void model.add(fields).then((added) => added && begin(form));
  };
  return (
    <form className={s.form} onSubmit={submit}>
      <h2 className={s.heading}>{say("console.add.title")}</h2>
      <Field name="name" label={say("console.add.name")} maxLength={200} required />
      <SelectField
        label={say("console.add.role")}
        value={role}
        options={ROLES.map((each) => ({ value: each, label: say(`console.role.${each}`) }))}
        onChange={(value) => setRole(ROLES.find((each) => each === value) ?? "employee")}
      />
      {needsMeeting(role) ? <p className={s.soft}>{say("console.add.role_hint")}</p> : null}
      {client ? <Field name="org" label={say("console.add.org")} maxLength={200} required /> : null}
      <Field
        name="username"
        label={say("sign_in.username")}
        hint={client || needsMeeting(role) ? undefined : say("console.add.username_hint")}
        required={needsMeeting(role)}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
      />
      <PositionFields client={client} />
      <Field
        name="mail"
        type="email"
        label={say("console.add.mail")}
        hint={client ? say("console.add.address_hint") : undefined}
        autoComplete="off"
      />
      {client ? (
        <Field name="phone" type="tel" label={say("console.add.phone")} autoComplete="off" />
      ) : null}
      {client ? (
        <SelectField
          label={say("console.add.advisor")}
          value={advisor}
          options={[
            { value: "", label: say("console.add.advisor.none") },
            ...all.filter(answersClients).map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onChange={setAdvisor}
        />
      ) : null}
      <SelectField
        label={say("console.add.language")}
        value={locale}
        options={LANGUAGES}
        onChange={setLocale}
      />
      <p className={s.soft}>{say("console.accounts.recorded")}</p>
      <Button look="primary" type="submit" busy={busy}>
        {say("console.add.verb")}
      </Button>
    </form>
  );
}
