/** The end of an account; whoever answers for clients may have a successor at once, or later. */
import { useState } from "react";
import { type AccountList, advisorsBeside, serves } from "../../view_models/console/accounts";
import type { Account } from "../../view_models/console/shown";
import { Confirm } from "../dialogs/confirm";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { useText } from "../text";
import s from "./console.module.css";
import { SelectField } from "./select_field";

export function EndAccount({ model, account }: { model: AccountList; account: Account }) {
  const say = useText();
  const state = useObserved(model.state);
  const [asking, setAsking] = useState(false);
  const [successor, setSuccessor] = useState("");
  const clients = serves(state);
  const name = advisorsBeside(state).find(({ id }) => id === successor)?.name;
  return (
    <>
      {clients ? (
        <>
          <p className={s.soft}>{say("console.account.successor_lead", { name: account.name })}</p>
          <SelectField
            label={say("console.account.successor")}
            value={successor}
            options={[
              { value: "", label: say("console.account.successor_later") },
              ...advisorsBeside(state).map(({ id, name }) => ({ value: id, label: name })),
            ]}
            onChange={setSuccessor}
          />
        </>
      ) : null}
      <Button look="danger" busy={state.busy} onClick={() => setAsking(true)}>
        {say("console.account.end")}
      </Button>
      {asking ? (
        <Confirm
          question={{
            title: say("console.account.end.title", { name: account.name }),
            text: clients
              ? say("console.account.end.text_clients", {
                  named: name === undefined ? "no" : "yes",
                  name: name ?? "",
                })
              : say("console.account.end.text"),
            verb: say("console.account.end"),
            danger: true,
            onYes: () => void model.deactivate(successor === "" ? undefined : successor),
          }}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </>
  );
}
