/** An advisor's invitation: who it is from, the recording notice, the code. */
import { useEffect } from "react";
import type { InvitationModel, InvitationState } from "../../view_models/invitation";
import { NoticeText } from "../notice/notice_text";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { Problem } from "../parts/field";
import { usePreferences } from "../preferences_context";
import { Starting } from "../starting";
import { useText, useTroubleText } from "../text";
import { Advisor } from "./advisor";
import { CodeForm } from "./code_form";
import { DoorPage } from "./door_page";
import s from "./invitation.module.css";

export function Invitation({ model }: { model: InvitationModel }) {
  const state = useObserved(model.state);
  switch (state.step) {
    case "loading":
      return <Starting />;
    case "failed":
      return <Failed model={model} state={state} />;
    case "closed":
      return <Closed model={model} state={state} />;
    case "notice":
      return <Welcome model={model} state={state} />;
    case "code":
      return <Code state={state} />;
  }
}

type At<S extends InvitationState["step"]> = Extract<InvitationState, { step: S }>;

function Failed({ model, state }: { model: InvitationModel; state: At<"failed"> }) {
  const say = useText();
  const words = useTroubleText();
  return (
    <DoorPage title={say("invitation.failed")} step="failed">
      <div className={s.actions}>
        <Problem text={words(state.trouble)} />
        <Button look="primary" onClick={() => void model.retry()}>
          {say("message.retry")}
        </Button>
      </div>
    </DoorPage>
  );
}

function Closed({ model, state }: { model: InvitationModel; state: At<"closed"> }) {
  const say = useText();
  const known = state.trouble.code === "address_taken";
  return (
    <DoorPage title={say("invitation.closed")} step="closed">
      <p>{say(known ? "invitation.known.text" : "invitation.closed.text")}</p>
      <div className={s.actions}>
        <Button look="primary" onClick={() => model.goOn()}>
          {say("invitation.messages")}
        </Button>
      </div>
    </DoorPage>
  );
}

function Welcome({ model, state }: { model: InvitationModel; state: At<"notice"> }) {
  const say = useText();
  const words = useTroubleText();
  const { invitation, changed, busy, trouble } = state;
  const { way, address } = invitation;
  const { language } = usePreferences();
  useEffect(() => void model.readIn(language), [model, language]);
  const accept = changed ? "invitation.go_on" : "invitation.accept";
  return (
    <DoorPage
      title={say("invitation.hello")}
      face={<Advisor invitation={invitation} />}
      step={changed ? "changed" : "notice"}
    >
      <p className={s.lead}>{say("invitation.lead", { advisor: invitation.advisor })}</p>
      {changed ? (
        <p className={s.changed} role="status">
          {say("notice.changed")}
        </p>
      ) : null}
      <NoticeText notice={invitation.notice} />
      <div className={`${s.actions} ${s.foot}`}>
        {trouble === undefined ? null : <Problem text={words(trouble)} />}
        <Button look="primary" busy={busy} onClick={() => void model.accept()}>
          {say(busy ? "notice.busy" : accept)}
        </Button>
        {changed ? null : <p className={s.note}>{say(`invitation.to.${way}`, { address })}</p>}
      </div>
    </DoorPage>
  );
}

function Code({ state }: { state: At<"code"> }) {
  const say = useText();
  const { invitation, code } = state;
  return (
    <DoorPage title={say("code.title")} face={<Advisor invitation={invitation} />}>
      <CodeForm model={code} />
      <p className={s.note}>{say("invitation.wrong_address", { advisor: invitation.advisor })}</p>
    </DoorPage>
  );
}
