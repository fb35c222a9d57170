/** Before a look outside the case: why, in words of its own. */
import { type FormEvent, useId, useState } from "react";
import type { Asking, Looking } from "../../view_models/console/own_reason";
import type { Workbench } from "../../view_models/console/workbench";
import d from "../dialogs/dialogs.module.css";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { ClientTag } from "../parts/client_tag";
import { Dialog } from "../parts/dialog";
import { Field } from "../parts/field";
import { type TextId, useText } from "../text";
import { usePlaceName } from "./place_name";

const LONGEST = 500;
const VERBS: Readonly<Record<Looking, TextId>> = {
  range: "console.opening.verb",
  search: "console.query.verb",
  export: "console.export.verb",
};

/** Nothing, as long as nothing is asked. */
export function OwnReasonDialog({ bench }: { bench: Workbench }) {
  const asking = useObserved(bench.reasons.state);
  return asking === undefined ? null : <AskedReason bench={bench} asking={asking} />;
}

function AskedReason({ bench, asking }: { bench: Workbench; asking: Asking }) {
  const say = useText();
  const id = useId();
  const name = usePlaceName(bench.desk)(asking.conversation);
  const [reason, setReason] = useState("");
  const { give, cancel } = bench.reasons;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (reason.trim() !== "") give(reason.trim());
  };
  return (
    <Dialog
      title={say("console.own_reason.title")}
      onClose={cancel}
      actions={
        <>
          <Button onClick={cancel}>{say("cancel")}</Button>
          <Button look="primary" type="submit" form={id} disabled={reason.trim() === ""}>
            {say(VERBS[asking.looking])}
          </Button>
        </>
      }
    >
      <form id={id} className={d.form} onSubmit={submit}>
        <p>
          <bdi>{name}</bdi> {bench.desk.reachesOutside(asking.conversation) ? <ClientTag /> : null}
        </p>
        <p>{say("console.own_reason.lead", { case: bench.id })}</p>
        <Field
          name="own_reason"
          label={say("console.own_reason.label")}
          hint={say("console.own_reason.hint")}
          error={asking.refused ? say("console.own_reason.again") : undefined}
          autoComplete="off"
          maxLength={LONGEST}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </form>
    </Dialog>
  );
}
