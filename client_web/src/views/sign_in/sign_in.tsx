/** The first screen: name and password, or a one-time link that is being redeemed. */
import { type FormEvent, type ReactNode, useId } from "react";
import type { FirmView } from "../../view_models/firm_sign";
import type { SignInState, UsedLinkView } from "../../view_models/sign_in";
import { Button } from "../parts/button";
import { Field, Problem } from "../parts/field";
import { useFormat, useText, useTroubleText } from "../text";
import { Brand } from "./brand";
import { LanguageSwitch } from "./language_switch";
import s from "./sign_in.module.css";

interface SignInProps {
  state: SignInState;
  /** Whose page it is; undefined: the product's. */
  firm?: FirmView | undefined;
  /** Puts another way in around the form. */
  around?: ((form: ReactNode) => ReactNode) | undefined;
  onReport?: (() => void) | undefined;
  /** Signs in with the link whose person is shown. */
  onGoOn?: (() => void) | undefined;
  onSubmit(username: string, password: string): void;
}

interface UsedLinkProps {
  used: UsedLinkView;
  busy: boolean;
  onReport: (() => void) | undefined;
}

export function SignIn({ state, firm, around, onReport, onGoOn, onSubmit }: SignInProps) {
  const say = useText();
  const heading = useId();
  const form = <PasswordForm state={state} onSubmit={onSubmit} />;
  return (
    <main className={s.page}>
      <section className={s.card} aria-labelledby={heading}>
        <Brand firm={firm} />
        <h1 id={heading} className={s.title}>
          {say("sign_in.title")}
        </h1>
        <p className={s.lead}>{say("sign_in.lead")}</p>
        {state.byLink && state.trouble === undefined ? (
          <Link state={state} onGoOn={onGoOn} />
        ) : (
          <>
            <Reason state={state} />
            {state.used === undefined ? null : (
              <UsedLink used={state.used} busy={state.busy} onReport={onReport} />
            )}
            {around === undefined ? form : around(form)}
          </>
        )}
      </section>
      <footer className={s.foot}>
        <LanguageSwitch />
      </footer>
    </main>
  );
}

/** A link is used at a press, so that whatever merely opens it takes nothing. */
function Link({ state, onGoOn }: Pick<SignInProps, "state" | "onGoOn">) {
  const say = useText();
  const { whose, busy } = state;
  if (whose === undefined) {
    return (
      <p className={s.link} role="status">
        <span className={s.spinner} aria-hidden="true" />
        {say("sign_in.by_link")}
      </p>
    );
  }
  return (
    <div className={s.form}>
      <p role="status">{say("sign_in.link_whose", { whose })}</p>
      <Button look="primary" busy={busy} autoFocus onClick={onGoOn}>
        {say(busy ? "sign_in.busy" : "switch_person.go", { next: whose })}
      </Button>
      <p className={s.note}>{say("sign_in.link_whose.not_me")}</p>
    </div>
  );
}

/** Whoever opens a link that was used sees when and where, and may say that it was not them. */
function UsedLink({ used, busy, onReport }: UsedLinkProps) {
  const say = useText();
  const format = useFormat();
  const { at, device, address, reported } = used;
  return (
    <div className={s.reason} role="status">
      <p>{say("sign_in.link_used", { at: format.moment(at), device, address })}</p>
      {reported ? (
        <p>{say("sign_in.link_reported")}</p>
      ) : (
        <>
          <p>{say("sign_in.link_used.not_me")}</p>
          {onReport === undefined ? null : (
            <Button busy={busy} onClick={onReport}>
              {say("sign_in.link_report")}
            </Button>
          )}
        </>
      )}
    </div>
  );
}

function Reason({ state }: { state: SignInState }) {
  const say = useText();
  if (state.reason === undefined) return null;
  return (
    <p className={s.reason} role="status">
      {say(`sign_in.${state.reason}`)}
    </p>
  );
}

function PasswordForm({ state, onSubmit }: Omit<SignInProps, "around">) {
  const say = useText();
  const words = useTroubleText();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    onSubmit(String(form.get("username")), String(form.get("password")));
  };
  return (
    <form className={s.form} onSubmit={submit}>
      <Field
        name="username"
        label={say("sign_in.username")}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
        autoFocus
      />
      <Field
        name="password"
        type="password"
        dir="ltr"
        label={say("sign_in.password")}
        autoComplete="current-password"
        required
      />
      {state.trouble === undefined || state.trouble.code === "link_used" ? null : (
        <Problem text={words(state.trouble, "sign_in.failed")} />
      )}
      <Button look="primary" type="submit" busy={state.busy}>
        {say(state.busy ? "sign_in.busy" : "sign_in.verb")}
      </Button>
    </form>
  );
}
