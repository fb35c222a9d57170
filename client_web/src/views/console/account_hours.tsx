/** When somebody answers clients, and that they are away: noted for them by an administrator. */
import { useMemo } from "react";
import type { AccountList } from "../../view_models/console/accounts";
import type { Account } from "../../view_models/console/shown";
import { OwnHoursPart } from "../parts/own_hours";
import { useText } from "../text";
import s from "./console.module.css";

export function AccountHours({ model, account }: { model: AccountList; account: Account }) {
  const say = useText();
  const hours = useMemo(() => model.hours(account.id), [model, account.id]);
  return (
    <section className={s.form} aria-labelledby="own-hours">
      <h2 id="own-hours" className={s.heading}>
        {say("hours.title")}
      </h2>
      <OwnHoursPart model={hours} />
    </section>
  );
}
