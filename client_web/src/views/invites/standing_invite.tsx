/** The open invite that an address has already, and what can be done about it. */
import { useEffect, useRef } from "react";
import type { InvitesModel, Standing } from "../../view_models/invites";
import { Button } from "../parts/button";
import { Warning } from "../parts/warning";
import { useFormat, useText } from "../text";
import s from "./invites.module.css";

interface StandingInviteProps {
  model: InvitesModel;
  standing: Standing;
  busy: boolean;
}

export function StandingInvite({ model, standing, busy }: StandingInviteProps) {
  const say = useText();
  const format = useFormat();
  const told = useRef<HTMLParagraphElement>(null);
  useEffect(() => told.current?.focus(), []);
  const { own } = standing;
  return (
    <div className={s.failed}>
      <p ref={told} tabIndex={-1}>
        <Warning
          text={
            own === undefined
              ? say("invites.standing")
              : say("invites.standing.own", { time: format.moment(own.expiresAt) })
          }
        />
      </p>
      {own === undefined ? null : (
        <Button busy={busy} onClick={() => void model.renew(own.id)}>
          {say("invites.standing.renew")}
        </Button>
      )}
      {own === undefined ? null : (
        <Button busy={busy} onClick={() => void model.replace(own.id)}>
          {say("invites.standing.replace")}
        </Button>
      )}
      <Button busy={busy} onClick={() => void model.submit(true)}>
        {say("invites.standing.besides")}
      </Button>
    </div>
  );
}
