/** What waits for a second administrator: to approve, to decline, or one's own to withdraw. */
import { listed } from "../../view_models/bidi";
import type { AccountList } from "../../view_models/console/accounts";
import type { ApprovalRequest } from "../../view_models/console/shown";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { Warning } from "../parts/warning";
import { type TextId, useFormat, useText } from "../text";
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
      <Verbs model={model} request={request} />
    </>
  );
}

function Verbs({ model, request }: { model: AccountList; request: ApprovalRequest }) {
  const say = useText();
  const { busy } = useObserved(model.state);
  const { id, own, about_oneself: aboutOneself } = request;
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
      <div className={s.buttons}>
        {aboutOneself ? null : (
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

function shownValue(say: ReturnType<typeof useText>, field: string, value: string): string {
  return field === "role" && value !== "" ? say(`console.role.${value}` as TextId) : value;
}
