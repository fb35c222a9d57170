/** What waits for a second administrator: to approve, to decline, or one's own to withdraw. */
import { type FormEvent, useState } from "react";
import { listed } from "../../view_models/bidi";
import type { AccountList } from "../../view_models/console/accounts";
import type { ApprovalRequest } from "../../view_models/console/shown";
import type { Trouble } from "../../view_models/people";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { Field } from "../parts/field";
import { Warning } from "../parts/warning";
import { type TextId, useFormat, useText, useTroubleText } from "../text";
import s from "./console.module.css";
import { Provenance } from "./provenance";

export function Requests({ model }: { model: AccountList }) {
  const say = useText();
  const { requests } = useObserved(model.state);
  if (requests.length === 0) return null;
  return (
    <section className={s.form} aria-labelledby="requests">
      <h2 id="requests" className={s.heading} tabIndex={-1}>
        {say("console.requests.title")}
      </h2>
      <ul className={s.forms}>
        {requests.map((each) => (
          <li key={each.id} className={s.card}>
            <OneRequest model={model} request={each} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function OneRequest({ model, request }: { model: AccountList; request: ApprovalRequest }) {
  const say = useText();
  const format = useFormat();
  const { wanted, name, asked_by: by, expires_at: until } = request;
  return (
    <>
      <strong>{say(`console.requests.${wanted}`, { name })}</strong>
      {request.changes.map(({ field, before, after }) => (
        <span key={field}>
          {say(before === undefined ? "console.requests.set" : "console.requests.from_to", {
            field: say(`console.requests.field.${field}`),
            before: shownValue(say, field, before ?? ""),
            after: shownValue(say, field, after),
          })}
        </span>
      ))}
      {request.alike === undefined ? null : (
        <Warning text={say("console.add.alike", { names: listed(request.alike) })} />
      )}
      {request.org_alike === undefined ? null : (
        <Warning text={say("console.add.org_alike", { names: listed(request.org_alike) })} />
      )}
      <span className={s.soft}>
        {say("console.requests.by", { by, until: format.moment(until) })}
      </span>
      <Provenance request={request} />
      {request.waits_for === undefined ? null : (
        <p className={s.notice}>
          {say(`console.role_waits.${request.waits_for}`, { role: roleOf(say, request) })}
        </p>
      )}
      <Verbs model={model} request={request} />
    </>
  );
}

function Verbs({ model, request }: { model: AccountList; request: ApprovalRequest }) {
  const say = useText();
  const { busy } = useObserved(model.state);
  const { id, own, about_oneself: aboutOneself, waits_for: waits } = request;
  const linked = request.came_by_link_of_reader ?? false;
  if (own) {
    return (
      <div className={s.buttons}>
        <Button busy={busy} onClick={() => void model.withdraw(id)}>
          {say("console.requests.withdraw")}
        </Button>
      </div>
    );
  }
  return (
    <>
      {aboutOneself ? <p className={s.soft}>{say("trouble.about_oneself")}</p> : null}
      {linked ? <p className={s.soft}>{say("trouble.link_of_yours")}</p> : null}
      {waits === "code" && !(aboutOneself || linked) ? (
        <ByCode model={model} request={request} />
      ) : null}
      <div className={s.buttons}>
        {aboutOneself || waits !== undefined ? null : (
          <Button look="primary" busy={busy} onClick={() => void model.approve(id)}>
            {say("console.requests.approve")}
          </Button>
        )}
        <Button busy={busy} onClick={() => void model.decline(id)}>
          {say("console.requests.decline")}
        </Button>
      </div>
    </>
  );
}

/** Who approves a role types the code that its person reads to them. */
function ByCode({ model, request }: { model: AccountList; request: ApprovalRequest }) {
  const say = useText();
  const words = useTroubleText();
  const { busy, refusal } = useObserved(model.state);
  const [wrong, setWrong] = useState<typeof refusal>();
  const { id, name } = request;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const code = String(new FormData(form).get("code") ?? "").trim();
    void model.approve(id, code).then((done) => {
      if (done) return;
      setWrong(model.state.get().refusal);
      form.reset();
      form.querySelector("input")?.focus();
    });
  };
  return (
    <form className={s.form} onSubmit={submit}>
      <Field
        name="code"
        label={say("console.requests.code")}
        hint={say("console.requests.code_hint", { name })}
        error={ofCode(refusal) && wrong === refusal ? words(refusal) : undefined}
        inputMode="numeric"
        autoComplete="off"
        maxLength={40}
        dir="ltr"
        required
      />
      <Button look="primary" type="submit" busy={busy}>
        {say("console.requests.approve")}
      </Button>
    </form>
  );
}

/** Whether a refusal is told at the field of the code, and nowhere else. */
export function ofCode(refusal: Trouble | undefined): refusal is Trouble {
  return refusal?.code === "bad_role_code";
}

function shownValue(say: ReturnType<typeof useText>, field: string, value: string): string {
  return field === "role" && value !== "" ? say(`console.role.${value}` as TextId) : value;
}

function roleOf(say: ReturnType<typeof useText>, { changes }: ApprovalRequest): string {
  const change = changes.find(({ field }) => field === "role");
  return shownValue(say, "role", change?.after ?? "");
}
