/** What a change made: a link or a secret, shown once, or that it was done. */
import type { AccountsState } from "../../view_models/console/accounts";
import { useBrowser } from "../browser";
import { Button } from "../parts/button";
import { useFormat, useText } from "../text";
import s from "./console.module.css";

export function Made({ state }: { state: AccountsState }) {
  const say = useText();
  const format = useFormat();
  const { link, secret, done } = state;
  return (
    <div role="status" className={s.made}>
      {done === undefined ? null : <p className={s.notice}>{say(`console.accounts.${done}`)}</p>}
      {link === undefined ? null : (
        <Once
          text={link.url}
          lead={say("console.link.made", { at: format.moment(link.expires_at) })}
        />
      )}
      {secret?.secret === undefined ? null : (
        <Once text={secret.secret} lead={say("console.token.made", { name: secret.name })} />
      )}
    </div>
  );
}

function Once({ text, lead }: { text: string; lead: string }) {
  const say = useText();
  const { clipboard } = useBrowser();
  return (
    <div className={s.card}>
      <p>{lead}</p>
      <code className={s.digest} dir="ltr">
        {text}
      </code>
      <Button icon="copy" onClick={() => void clipboard.write(text)}>
        {say("message.copy")}
      </Button>
    </div>
  );
}
