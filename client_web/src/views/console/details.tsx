/** Who somebody is: once they have signed in, a change waits for a second administrator. */
import { type FormEvent, useState } from "react";
import type { AccountList } from "../../view_models/console/accounts";
import type { Account } from "../../view_models/console/shown";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { Field } from "../parts/field";
import { useText } from "../text";
import s from "./console.module.css";
import { SelectField } from "./select_field";

const ROLES = ["employee", "advisor", "compliance", "auditor", "administrator"] as const;
type Role = (typeof ROLES)[number];

export function AccountDetails({ model, account }: { model: AccountList; account: Account }) {
  const say = useText();
  const { busy } = useObserved(model.state);
  const [role, setRole] = useState<Role | undefined>(ROLES.find((each) => each === account.role));
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const given = ["name", "username", "mail"].flatMap((name) => {
      const value = String(form.get(name) ?? "").trim();
      return value === "" || value === account[name as "name"] ? [] : [[name, value]];
    });
    const other = role === undefined || role === account.role ? {} : { role };
    void model.changeAccount({ ...Object.fromEntries(given), ...other });
  };
  const staff = account.kind === "employee";
  return (
    <form className={s.form} aria-label={say("console.details.title")} onSubmit={submit}>
      <Field
        name="name"
        label={say("console.add.name")}
        defaultValue={account.name}
        maxLength={200}
        required
      />
      {role === undefined || !staff ? null : (
        <SelectField
          label={say("console.add.role")}
          value={role}
          options={ROLES.map((each) => ({ value: each, label: say(`console.role.${each}`) }))}
          onChange={(value) => setRole(ROLES.find((each) => each === value))}
        />
      )}
      {staff ? (
        <>
          <Field
            name="username"
            label={say("sign_in.username")}
            defaultValue={account.username ?? ""}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
          />
          <Field
            name="mail"
            type="email"
            label={say("console.add.mail")}
            defaultValue={account.mail ?? ""}
            autoComplete="off"
          />
        </>
      ) : null}
      {account.enrolled ? <p className={s.soft}>{say("console.details.hint")}</p> : null}
      <Button type="submit" busy={busy}>
        {say("console.details.save")}
      </Button>
    </form>
  );
}
