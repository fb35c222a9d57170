/** Who was invited, and what became of it. */
import { useState } from "react";
import type { InvitesState, InviteView } from "../../view_models/invites";
import { invitesFound, SEARCHED_FROM } from "../../view_models/invites_found";
import { Button } from "../parts/button";
import { Problem } from "../parts/field";
import { Icon } from "../parts/icon";
import { SearchField } from "../parts/search_field";
import { Warning } from "../parts/warning";
import { useFormat, useText, useTroubleText } from "../text";
import s from "./invites.module.css";
import type { InvitesSheetProps } from "./invites_sheet";

interface InviteListProps extends InvitesSheetProps {
  state: InvitesState;
}

export function InviteList(props: InviteListProps) {
  const { model, state } = props;
  const say = useText();
  const words = useTroubleText();
  const [query, setQuery] = useState("");
  const many = state.invites.length >= SEARCHED_FROM;
  const found = many ? invitesFound(state.invites, query) : state.invites;
  const empty = state.invites.length === 0 && !state.loading && state.trouble === undefined;
  return (
    <div className={s.form}>
      <p className={s.note}>{say("invites.lead")}</p>
      <Button look="primary" icon="invite" onClick={() => model.begin()}>
        {say("invites.begin")}
      </Button>
      {state.trouble === undefined ? null : (
        <div className={s.failed}>
          <Problem text={words(state.trouble)} />
          <Button onClick={() => model.refresh()}>{say("message.retry")}</Button>
        </div>
      )}
      {empty ? (
        <div className={s.empty}>
          <Icon name="invite" size={28} />
          <p>{say("invites.empty")}</p>
        </div>
      ) : null}
      {many ? (
        <SearchField label={say("invites.search")} value={query} onChange={setQuery} />
      ) : null}
      {many && found.length === 0 ? (
        <p className={s.note} role="status">
          {say("new.none", { query })}
        </p>
      ) : null}
      {found.length === 0 ? null : (
        <ul className={s.list} aria-label={say("invites.list")} aria-busy={state.loading}>
          {found.map((invite) => (
            <Row key={invite.id} {...props} invite={invite} />
          ))}
        </ul>
      )}
    </div>
  );
}

function Row({ invite, ...props }: InviteListProps & { invite: InviteView }) {
  const say = useText();
  const format = useFormat();
  const { name, org, address, state, expiresAt, undelivered } = invite;
  return (
    <li className={s.row} aria-busy={invite.busy}>
      <div className={s.who}>
        <bdi className={s.name}>{name}</bdi>
        {org === undefined ? null : <bdi className={s.note}>{org}</bdi>}
        <bdi className={s.note}>{address}</bdi>
        <span className={s.note} data-state={state}>
          {say(`invites.state.${state}`, { time: format.moment(expiresAt) })}
        </span>
        {undelivered ? <Warning text={say("invites.undelivered")} /> : null}
      </div>
      <RowActions invite={invite} {...props} />
    </li>
  );
}

function RowActions({
  invite,
  model,
  onRevoke,
  onWrite,
}: InviteListProps & { invite: InviteView }) {
  const say = useText();
  const { id, name, state, busy, person } = invite;
  if (state === "revoked" || state === "left") return null;
  if (state === "accepted") {
    return person === undefined ? null : (
      <div className={s.actions}>
        <Button aria-label={say("invites.write", { name })} onClick={() => onWrite(person)}>
          {say("new.create.direct")}
        </Button>
      </div>
    );
  }
  return (
    <div className={s.actions}>
      <Button
        busy={busy}
        aria-label={say("invites.renew.name", { name })}
        onClick={() => void model.renew(id)}
      >
        {say("invites.renew")}
      </Button>
      {state === "open" ? (
        <Button
          busy={busy}
          aria-label={say("invites.revoke.name", { name })}
          onClick={() => onRevoke({ id, name })}
        >
          {say("invites.revoke")}
        </Button>
      ) : null}
    </div>
  );
}
