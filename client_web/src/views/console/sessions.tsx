/** Where an account is signed in: each device can be signed out, and all of them at once. */
import { useState } from "react";
import type { AccountList } from "../../view_models/console/accounts";
import type { Account, OpenSession } from "../../view_models/console/shown";
import { AskingButton } from "../dialogs/asking_button";
import { Confirm } from "../dialogs/confirm";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { deviceIcon } from "../parts/device_icon";
import { Icon } from "../parts/icon";
import { useFormat, useText } from "../text";
import s from "./console.module.css";

export function Sessions({ model, account }: { model: AccountList; account: Account }) {
  const say = useText();
  const { sessions = [], tokens = [], busy } = useObserved(model.state);
  const [asking, setAsking] = useState(false);
  const all = sessions.length > 1 || tokens.length > 0;
  return (
    <section className={s.form} aria-labelledby="sessions">
      <h2 id="sessions" className={s.heading}>
        {say("console.sessions.title")}
      </h2>
      {sessions.length === 0 ? <p className={s.soft}>{say("console.sessions.none")}</p> : null}
      <ul className={s.forms}>
        {sessions.map((one) => (
          <SessionRow key={one.id} session={one} model={model} />
        ))}
      </ul>
      {all ? (
        <Button look="danger" busy={busy} onClick={() => setAsking(true)}>
          {say("console.sessions.all")}
        </Button>
      ) : null}
      {asking ? (
        <Confirm
          question={{
            title: say("console.sessions.all.title", { name: account.name }),
            text: say("console.sessions.all.text"),
            verb: say("console.sessions.all"),
            danger: true,
            onYes: () => void model.endSessions(),
          }}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </section>
  );
}

function SessionRow({ session, model }: { session: OpenSession; model: AccountList }) {
  const say = useText();
  const format = useFormat();
  const { busy } = useObserved(model.state);
  const about = [
    say(`console.sessions.place.${session.place}`),
    session.address,
    say(`console.sessions.auth.${session.auth}`),
  ];
  return (
    <li className={s.session}>
      <Icon name={deviceIcon(session.name)} />
      <span className={s.about}>
        <strong>
          <bdi>{session.name}</bdi>
        </strong>
        <span>{about.filter(Boolean).join(" · ")}</span>
        <span className={s.figures}>
          {say("devices.since", { time: format.moment(session.signed_in_at) })}
        </span>
        <span className={s.figures}>
          {session.connected
            ? say("console.sessions.connected")
            : say("console.sessions.seen", { time: format.moment(session.seen_at) })}
        </span>
      </span>
      {session.own ? (
        <span className={s.soft}>{say("devices.current")}</span>
      ) : (
        <AskingButton
          label={say("devices.sign_out.name", { name: session.name })}
          busy={busy}
          question={{
            title: say("devices.sign_out.title", { name: session.name }),
            text: say("console.sessions.one.text"),
            verb: say("devices.sign_out"),
            onYes: () => void model.endSession(session.id),
          }}
        >
          {say("devices.sign_out")}
        </AskingButton>
      )}
    </li>
  );
}
