/** The end of an account; whoever answers for clients needs a successor. */
import { useState } from "react";
import {
  type AccountList,
  advisorsBeside,
  needsSuccessor,
} from "../../view_models/console/accounts";
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
  const needed = needsSuccessor(state);
  const name = advisorsBeside(state).find(({ id }) => id === successor)?.name ?? "";
  return (
    <>
      {needed ? (
        <>
          <p className={s.soft}>{say("console.account.successor_lead", { name: account.name })}</p>
          <SelectField
            label={say("console.account.successor")}
            value={successor}
            options={[
              { value: "", label: "–" },
              ...advisorsBeside(state).map(({ id, name }) => ({ value: id, label: name })),
            ]}
            onChange={setSuccessor}
          />
        </>
      ) : null}
      <Button
        look="danger"
        busy={state.busy}
        disabled={needed && successor === ""}
        onClick={() => setAsking(true)}
      >
        {say("console.account.end")}
      </Button>
      {asking ? (
        <Confirm
          question={{
            title: say("console.account.end.title", { name: account.name }),
            text: needed
              ? say("console.account.end.text_successor", { name })
              : say("console.account.end.text"),
            verb: say("console.account.end"),
            danger: true,
            onYes: () => void model.deactivate(needed ? successor : undefined),
          }}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </>
  );
}
