/** What a change made: a link, shown once, or that it was done. */
import { listed } from "../../view_models/bidi";
import type { AccountsState } from "../../view_models/console/accounts";
import { useBrowser } from "../browser";
import { Button } from "../parts/button";
import { Warning } from "../parts/warning";
import { useFormat, useText } from "../text";
import s from "./console.module.css";

export function Made({ state }: { state: AccountsState }) {
  const say = useText();
  const format = useFormat();
  const { link, alike, orgAlike, done } = state;
  return (
    <div role="status" className={s.made}>
      {done === undefined ? null : <p className={s.notice}>{say(`console.accounts.${done}`)}</p>}
      {alike === undefined ? null : (
        <Warning text={say("console.add.alike", { names: listed(alike) })} />
      )}
      {orgAlike === undefined ? null : (
        <Warning text={say("console.add.org_alike", { names: listed(orgAlike) })} />
      )}
      {link === undefined ? null : (
        <Once
          text={link.url}
          lead={say("console.link.made", { at: format.moment(link.expires_at) })}
        />
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
