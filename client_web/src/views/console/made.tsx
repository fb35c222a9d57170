/** What a change made: a link, shown once, or that it was done; or why it was refused. */
import { type ReactNode, useEffect, useRef } from "react";
import { listed } from "../../view_models/bidi";
import type { AccountList } from "../../view_models/console/accounts";
import { useBrowser } from "../browser";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { Problem } from "../parts/field";
import { Warning } from "../parts/warning";
import { useFormat, useText, useTroubleText } from "../text";
import s from "./console.module.css";
import { ofCode } from "./requests";

interface MadeProps {
  model: AccountList;
  /** Of a change of what waits; else of any other. */
  answered?: boolean;
}

export function Made({ model, answered = false }: MadeProps) {
  const words = useTroubleText();
  const state = useObserved(model.state);
  const here = state.answered === answered;
  const { refusal } = state;
  return (
    <>
      <div role="status" className={s.made}>
        {here ? <Outcome model={model} /> : null}
      </div>
      {here && refusal !== undefined && !ofCode(refusal) ? (
        <InView of={refusal}>
          <Problem text={words(refusal)} />
        </InView>
      ) : null}
    </>
  );
}

function Outcome({ model }: { model: AccountList }) {
  const say = useText();
  const format = useFormat();
  const { link, alike, orgAlike, done } = useObserved(model.state);
  if ([link, alike, orgAlike, done].every((each) => each === undefined)) return null;
  return (
    <InView of={link ?? done}>
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
    </InView>
  );
}

/** What was pressed may be far below or above: what came of it is scrolled to. */
function InView({ of, children }: { of: unknown; children: ReactNode }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (of !== undefined) place.current?.scrollIntoView({ block: "nearest" });
  }, [of]);
  return (
    <div ref={place} className={s.made}>
      {children}
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
        {say("invites.copy")}
      </Button>
    </div>
  );
}
