/** What somebody does and where in the firm: everybody who sees them sees it. */
import type { FormEvent } from "react";
import type { AccountList } from "../../view_models/console/accounts";
import type { Account } from "../../view_models/console/shown";
import { POSITION, type Position } from "../../view_models/position";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { Field } from "../parts/field";
import { useText } from "../text";
import s from "./console.module.css";

export function AccountPosition({ model, account }: { model: AccountList; account: Account }) {
  const say = useText();
  const { busy } = useObserved(model.state);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    void model.setPosition(positionIn(new FormData(event.currentTarget)));
  };
  return (
    <form className={s.form} aria-label={say("console.position.title")} onSubmit={submit}>
      <PositionFields client={account.kind === "client"} position={account} />
      <Button type="submit" busy={busy}>
        {say("console.position.keep")}
      </Button>
    </form>
  );
}

/** Where each part is typed; a client works nowhere in the firm. */
export function PositionFields({
  client,
  position = {},
}: {
  client: boolean;
  position?: Position;
}) {
  const say = useText();
  return POSITION.filter((field) => field === "title" || !client).map((field) => (
    <Field
      key={field}
      name={field}
      label={say(`console.requests.field.${field}`)}
      maxLength={200}
      defaultValue={position[field]}
    />
  ));
}

/** What a form says of it; what is empty is left out. */
export function positionIn(form: FormData): Record<string, string> {
  const given = POSITION.flatMap((field) => {
    const value = String(form.get(field) ?? "").trim();
    return value === "" ? [] : [[field, value]];
  });
  return Object.fromEntries(given);
}
