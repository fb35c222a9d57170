/** One account: what lets them in, and the end of it. */
import { type AccountList, answersClients, usualPlace } from "../../view_models/console/accounts";
import type { Account } from "../../view_models/console/shown";
import { pictureAt } from "../../view_models/pictures";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { PictureField } from "../parts/picture_field";
import { type TextId, useText } from "../text";
import { AccountHours } from "./account_hours";
import { Clients } from "./clients";
import s from "./console.module.css";
import { EndAccount } from "./end_account";
import { Password } from "./password";
import { AccountPosition } from "./position";
import { Sessions } from "./sessions";
import { Tokens } from "./tokens";

export function AccountCard({ model, account }: { model: AccountList; account: Account }) {
  const say = useText();
  const { busy } = useObserved(model.state);
  const about = [say(`console.role.${account.role}` as TextId), account.org, account.mail];
  return (
    <>
      <section className={s.form} aria-labelledby="account">
        <h2 id="account" className={s.heading}>
          <bdi>{account.name}</bdi>
        </h2>
        <p className={s.soft}>
          <bdi>{about.filter(Boolean).join(" · ")}</bdi>
        </p>
        <PictureField
          id={account.id}
          name={account.name}
          picture={pictureAt(account.picture)}
          busy={busy}
          onChoose={(file) => void model.setPicture(file)}
          onRemove={() => void model.removePicture()}
        />
        <AccountPosition
          key={`${account.title} ${account.branch}`}
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
      {account.active ? <Tokens model={model} /> : null}
    </>
  );
}

function Doors({ model, account }: { model: AccountList; account: Account }) {
  const say = useText();
  const { busy } = useObserved(model.state);
  if (!account.active) {
    return (
      <>
        <p>{say("console.account.ended")}</p>
        <Button busy={busy} onClick={() => void model.activate()}>
          {say("console.account.activate")}
        </Button>
      </>
    );
  }
  const place = usualPlace(account.role);
  const staff = account.kind === "employee";
  return (
    <>
      {account.kind === "bot" ? null : (
        <Button busy={busy} onClick={() => void model.makeLink(place)}>
          {say(`console.account.link.${place}`)}
        </Button>
      )}
      {staff && account.username !== undefined ? <Password model={model} /> : null}
      <EndAccount model={model} account={account} />
    </>
  );
}
