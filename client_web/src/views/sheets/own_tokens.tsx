/** What acts as oneself without a browser, below the devices: nothing, where nothing does. */
import type { OwnTokensModel, TokenView } from "../../view_models/own_tokens";
import { AskingButton } from "../dialogs/asking_button";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { Problem } from "../parts/field";
import { Icon } from "../parts/icon";
import { SheetPart } from "../parts/sheet";
import { useFormat, useText, useTroubleText } from "../text";
import s from "./sheets.module.css";

interface OwnTokensPartProps {
  model: OwnTokensModel;
  now: number;
}

export function OwnTokensPart({ model, now }: OwnTokensPartProps) {
  const say = useText();
  const words = useTroubleText();
  const { tokens, known, trouble } = useObserved(model.state);
  if (tokens.length === 0 && trouble === undefined) return null;
  return (
    <SheetPart title={say("tokens.title")}>
      <div className={s.add}>
        <span className={s.note}>{say("tokens.note")}</span>
        {trouble === undefined ? null : <Problem text={words(trouble)} />}
        {known || trouble === undefined ? null : (
          <Button onClick={() => void model.refresh()}>{say("message.retry")}</Button>
        )}
      </div>
      <ul>
        {tokens.map((token) => (
          <Token
            key={token.id}
            token={token}
            now={now}
            onRevoke={() => void model.revoke(token.id)}
          />
        ))}
      </ul>
    </SheetPart>
  );
}

interface TokenProps {
  token: TokenView;
  now: number;
  onRevoke(): void;
}

function Token({ token, now, onRevoke }: TokenProps) {
  const say = useText();
  const format = useFormat();
  const { name, madeAt, usedAt, until, busy } = token;
  return (
    <li className={s.device} aria-busy={busy}>
      <Icon name="key" />
      <bdi className={s.name}>{name}</bdi>
      <AskingButton
        label={say("tokens.revoke.name", { name })}
        busy={busy}
        question={{
          title: say("tokens.revoke.title", { name }),
          text: say("tokens.revoke.text"),
          verb: say("tokens.revoke"),
          onYes: onRevoke,
        }}
      >
        {say("tokens.revoke")}
      </AskingButton>
      <span className={s.about}>
        <span>{say("tokens.made", { time: format.moment(madeAt) })}</span>
        {until === undefined ? null : (
          <span>{say("tokens.until", { time: format.moment(until) })}</span>
        )}
        {usedAt === undefined ? (
          <span>{say("tokens.unused")}</span>
        ) : (
          <span title={format.full(usedAt)}>
            {say("tokens.used", { ago: format.ago(usedAt, now) })}
          </span>
        )}
      </span>
    </li>
  );
}
