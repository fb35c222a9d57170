/** One account: what lets them in, and the end of it. */
import { useEffect, useRef } from "react";
import { listed } from "../../view_models/bidi";
import {
  type AccountList,
  answersClients,
  awaited,
  needsMeeting,
  usualPlace,
} from "../../view_models/console/accounts";
import type { Account } from "../../view_models/console/shown";
import { pictureAt } from "../../view_models/pictures";
import { positionOf } from "../../view_models/position";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { PictureField } from "../parts/picture_field";
import { type TextId, useText } from "../text";
import { AccountHours } from "./account_hours";
import { Clients } from "./clients";
import s from "./console.module.css";
import { AccountDetails } from "./details";
import { EndAccount } from "./end_account";
import { AccountPosition } from "./position";
import { Sessions } from "./sessions";
import { Tokens } from "./tokens";

export function AccountCard({ model, account }: { model: AccountList; account: Account }) {
  const say = useText();
  const { busy } = useObserved(model.state);
  const heading = useRef<HTMLHeadingElement>(null);
  // The list may be long, and the card is above or below of where it was chosen.
  useEffect(() => heading.current?.focus(), []);
  const { name, org, mail } = account;
  const about = [say(`console.role.${account.role}` as TextId), org === name ? "" : org, mail];
  return (
    <>
      <section className={s.form} aria-labelledby="account">
        <h2 ref={heading} id="account" className={s.heading} tabIndex={-1}>
          <bdi>{account.name}</bdi>
        </h2>
        <p className={s.soft}>
          <bdi>{about.filter(Boolean).join(" · ")}</bdi>
        </p>
        <RoleWaits model={model} />
        <PictureField
          id={account.id}
          name={account.name}
          picture={pictureAt(account.picture)}
          busy={busy}
          onChoose={(file) => void model.setPicture(file)}
          onRemove={() => void model.removePicture()}
        />
        <AccountPosition
          key={JSON.stringify(positionOf(account))}
          model={model}
          account={account}
        />
        <AccountDetails
          key={`${account.name} ${account.role} ${account.username} ${account.mail}`}
          model={model}
          account={account}
        />
        <Doors model={model} account={account} />
        <Button look="quiet" onClick={() => model.choose(undefined)}>
          {say("console.add.title")}
        </Button>
      </section>
      <Clients model={model} account={account} />
      {answersClients(account) ? <AccountHours model={model} account={account} /> : null}
      {account.active && account.kind !== "bot" ? (
        <Sessions model={model} account={account} />
      ) : null}
      {account.active && account.kind !== "client" ? <Tokens model={model} /> : null}
    </>
  );
}

/** What an account that has ended leaves, as far as there is anything. */
function LeftOpen({ model }: { model: AccountList }) {
  const say = useText();
  const { leftOpen } = useObserved(model.state);
  if (leftOpen === undefined) return null;
  const { bots, ...counts } = leftOpen;
  const lines = { ...counts, bots: bots.length };
  const there = (
    ["conversations", "invites", "groups", "bots", "scheduled", "cases"] as const
  ).filter((what) => lines[what] > 0);
  if (there.length === 0) return null;
  return (
    <ul className={s.forms}>
      {there.map((what) => (
        <li key={what} className={s.soft}>
          {say(`console.account.left.${what}`, { count: lines[what], names: listed(bots) })}
        </li>
      ))}
    </ul>
  );
}

/** The role that waits for this person, and what comes next. */
function RoleWaits({ model }: { model: AccountList }) {
  const say = useText();
  const state = useObserved(model.state);
  const waits = awaited(state);
  if (waits === undefined) return null;
  const role = say(`console.role.${waits.role}` as TextId);
  return <p className={s.notice}>{say(`console.role_waits.${waits.what}`, { role })}</p>;
}

function Doors({ model, account }: { model: AccountList; account: Account }) {
  const say = useText();
  const { busy } = useObserved(model.state);
  if (!account.active) {
    return (
      <>
        <p>{say("console.account.ended")}</p>
        <LeftOpen model={model} />
        <Button busy={busy} onClick={() => void model.activate()}>
          {say("console.account.activate")}
        </Button>
      </>
    );
  }
  const place = usualPlace(account.role);
  return (
    <>
      {account.enrolled && needsMeeting(account.role) ? (
        <p className={s.soft}>{say("console.account.link.takes_role")}</p>
      ) : null}
      {account.kind === "bot" ? null : (
        <Button busy={busy} onClick={() => void model.makeLink(place)}>
          {say(account.enrolled ? "console.account.link.again" : `console.account.link.${place}`)}
        </Button>
      )}
      <EndAccount model={model} account={account} />
    </>
  );
}
