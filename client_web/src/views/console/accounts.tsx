/**
 * For administrators: everybody, and beside them the account that is open or a form for a new one.
 * What waits for a second administrator comes first, unless an account is open.
 */
import { useRef } from "react";
import { isolated } from "../../view_models/bidi";
import { type AccountList, accountsFound } from "../../view_models/console/accounts";
import type { Console } from "../../view_models/console/console";
import { pictureAt } from "../../view_models/pictures";
import { positionTexts } from "../../view_models/position";
import { useObserved } from "../observed";
import { Avatar } from "../parts/avatar";
import { ClientTag } from "../parts/client_tag";
import { Problem } from "../parts/field";
import { moveFocus } from "../parts/place";
import { useResults } from "../parts/results";
import { SearchField } from "../parts/search_field";
import { useKeptFocus } from "../parts/use_kept_focus";
import { type TextId, useText, useTroubleText } from "../text";
import { AccountCard } from "./account_card";
import { AddAccount } from "./add_account";
import { EnterCode } from "./cases";
import s from "./console.module.css";
import { Made } from "./made";
import { Requests } from "./requests";
import { Uncovered } from "./uncovered";

interface AccountsProps {
  model: AccountList;
  app: Console;
}

export function Accounts({ model, app }: AccountsProps) {
  const say = useText();
  const { open } = useObserved(model.state);
  const main = useRef<HTMLElement>(null);
  useKeptFocus(main, focusHeading);
  const waiting = (
    <>
      <Made model={model} answered />
      <Requests model={model} />
      <Uncovered model={model} />
    </>
  );
  return (
    <main ref={main} className={`${s.cases} ${s.beside}`}>
      <div className={`${s.forms} ${s.before}`}>{open === undefined ? waiting : null}</div>
      <section aria-labelledby="accounts">
        <h1 id="accounts" className={s.title} tabIndex={-1}>
          {say("console.accounts.title")}
        </h1>
        <AccountRows model={model} />
      </section>
      <div className={s.forms}>
        <Made model={model} />
        {open === undefined ? (
          <AddAccount model={model} />
        ) : (
          <>
            <AccountCard key={open.id} model={model} account={open} />
            {waiting}
          </>
        )}
        <EnterCode app={app} />
        <h2 className={s.heading}>{say("console.elsewhere.title")}</h2>
        <p className={s.soft}>{say("console.elsewhere.administrator")}</p>
      </div>
    </main>
  );
}

/** Of the part in which a button or form went that had the focus. */
function focusHeading(part: Element): void {
  part.querySelector<HTMLElement>("[tabindex='-1']:is(h1, h2)")?.focus({ preventScroll: true });
}

function AccountRows({ model }: { model: AccountList }) {
  const say = useText();
  const words = useTroubleText();
  const state = useObserved(model.state);
  const { list, keys } = useResults(state.query);
  if (state.trouble !== undefined) return <Problem text={words(state.trouble)} />;
  if (state.all === undefined) return <p role="status">{say("loading")}</p>;
  const found = accountsFound(state);
  return (
    <>
      <SearchField
        label={say("console.accounts.find")}
        value={state.query}
        onChange={model.search}
        {...keys}
      />
      {found.length === 0 ? <p className={s.empty}>{say("console.accounts.none")}</p> : null}
      <ul
        ref={list}
        className={s.list}
        onKeyDown={(event) => {
          if (moveFocus(event.currentTarget, "[data-stop]", event.key)) event.preventDefault();
        }}
      >
        {found.map((one) => (
          <li key={one.id}>
            <button
              type="button"
              data-stop
              className={s.item}
              aria-current={one.id === state.open?.id || undefined}
              onClick={() => model.choose(one.id)}
            >
              <span className={s.who}>
                <Avatar
                  id={one.id}
                  name={one.name}
                  picture={pictureAt(one.picture)}
                  outside={one.outside}
                  size="s"
                />
                <strong>
                  <bdi>{one.name}</bdi>
                </strong>
                {one.outside ? <ClientTag /> : null}
              </span>
              <span>
                {[one.username, ...positionTexts(one), one.org]
                  .filter((each) => each && each !== one.name)
                  .map((each) => isolated(each ?? ""))
                  .join(" · ")}
              </span>
              <span className={s.figures}>
                {one.kind === "bot"
                  ? say("console.kind.bot")
                  : say(`console.role.${one.role}` as TextId)}
                {one.active ? null : ` · ${say("presence.ended")}`}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
