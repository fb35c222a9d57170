/** What acts as oneself without a browser, below the devices: made here, shown once, revoked. */
import { type FormEvent, useId } from "react";
import type { OwnTokensModel, TokenView } from "../../view_models/own_tokens";
import { useBrowser } from "../browser";
import { AskingButton } from "../dialogs/asking_button";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { Field, Problem } from "../parts/field";
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
      <NewToken model={model} />
    </SheetPart>
  );
}

function NewToken({ model }: { model: OwnTokensModel }) {
  const say = useText();
  const { clipboard } = useBrowser();
  const acts = useId();
  const { bots, made, making } = useObserved(model.state);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const given = new FormData(form);
    const wish = {
      name: String(given.get("token")).trim(),
      days: Number(given.get("days")),
      bot: String(given.get("bot") ?? "") || undefined,
      password: String(given.get("password")),
    };
    void model.make(wish).then((done) => done && form.reset());
  };
  return (
    <form className={s.add} onSubmit={submit}>
      <Field name="token" label={say("tokens.new.name")} maxLength={100} required />
      <Field
        name="days"
        type="number"
        min={1}
        max={365}
        defaultValue={90}
        label={say("tokens.new.days")}
        required
      />
      {bots.length === 0 ? null : (
        <>
          <label htmlFor={acts}>{say("tokens.new.as")}</label>
          <select id={acts} name="bot">
            <option value="">{say("tokens.new.me")}</option>
            {bots.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </>
      )}
      <Field
        name="password"
        type="password"
        autoComplete="current-password"
        label={say("tokens.new.password")}
        required
      />
      <Button type="submit" busy={making}>
        {say("tokens.new.verb")}
      </Button>
      <div role="status">
        {made === undefined ? null : (
          <>
            <p className={s.note}>{say("tokens.new.made", { name: made.name })}</p>
            <code className={s.secret} dir="ltr">
              {made.secret}
            </code>
            <Button icon="copy" onClick={() => void clipboard.write(made.secret)}>
              {say("message.copy")}
            </Button>
          </>
        )}
      </div>
    </form>
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
  const { name, bot, madeAt, usedAt, until, busy } = token;
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
        {bot === undefined ? null : <span>{say("tokens.as", { name: bot })}</span>}
        <span>{say("tokens.made", { time: format.moment(madeAt) })}</span>
        <span>{say("tokens.until", { time: format.moment(until) })}</span>
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
