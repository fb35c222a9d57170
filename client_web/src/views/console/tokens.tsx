/** Tokens with which scripts and bots act as this account: made by whom they act as, or a bot's owner; revoked here. */
import type { AccountList } from "../../view_models/console/accounts";
import type { Access } from "../../view_models/console/shown";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { useFormat, useText } from "../text";
import s from "./console.module.css";

export function Tokens({ model }: { model: AccountList }) {
  const say = useText();
  const { tokens = [] } = useObserved(model.state);
  if (tokens.length === 0) return null;
  return (
    <section className={s.form} aria-labelledby="tokens">
      <h2 id="tokens" className={s.heading}>
        {say("console.token.title")}
      </h2>
      <p className={s.soft}>{say("console.token.lead")}</p>
      <ul className={s.forms}>
        {tokens.map((token) => (
          <TokenRow key={token.id} token={token} model={model} />
        ))}
      </ul>
    </section>
  );
}

function TokenRow({ token, model }: { token: Access; model: AccountList }) {
  const say = useText();
  const { busy } = useObserved(model.state);
  const format = useFormat();
  const made = format.moment(token.created_at);
  return (
    <li className={s.buttons}>
      <span>
        <bdi>{token.name}</bdi>{" "}
        <span className={s.figures}>
          {token.expires_at === undefined
            ? say("console.token.never", { made })
            : say("console.token.until", { made, until: format.moment(token.expires_at) })}
        </span>
      </span>
      <Button busy={busy} onClick={() => void model.revoke(token.id)}>
        {say("console.token.revoke")}
      </Button>
    </li>
  );
}
