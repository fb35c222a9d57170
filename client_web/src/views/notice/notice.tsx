/** The recording notice after sign-in: accepted first; or a copy, the way out, or signed out. */
import { useEffect, useState } from "react";
import type { NoticeModel } from "../../view_models/notice";
import { DoorPage } from "../invitation/door_page";
import s from "../invitation/invitation.module.css";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { Problem } from "../parts/field";
import { usePreferences } from "../preferences_context";
import { useText, useTroubleText } from "../text";
import { NoticeText } from "./notice_text";
import { Instead, TheirCopy } from "./notice_ways";

export function Notice({ model }: { model: NoticeModel }) {
  const say = useText();
  const { language } = usePreferences();
  const { notice, changed, again } = useObserved(model.state);
  /** Undefined: nothing but the notice was shown yet. */
  const [page, setPage] = useState<"copy" | "notice">();
  useEffect(() => void model.speak(language), [model, language]);
  const { ways, firm } = model;
  if (page === "copy" && ways !== undefined) {
    return <TheirCopy model={ways.copy} onBack={() => setPage("notice")} />;
  }
  return (
    <DoorPage title={firm} step={page}>
      {changed || again ? (
        <p className={s.changed} role="status">
          {say(changed ? "notice.changed" : "notice.again")}
        </p>
      ) : null}
      <NoticeText notice={notice} />
      {ways === undefined ? null : (
        <Instead firm={firm} ways={ways} onCopy={() => setPage("copy")} />
      )}
      <Acceptance model={model} />
    </DoorPage>
  );
}

function Acceptance({ model }: { model: NoticeModel }) {
  const say = useText();
  const words = useTroubleText();
  const { busy, trouble } = useObserved(model.state);
  return (
    <div className={`${s.actions} ${s.foot}`}>
      {trouble === undefined ? null : <Problem text={words(trouble)} />}
      <Button look="primary" busy={busy} onClick={() => void model.accept()}>
        {say(busy ? "notice.busy" : "notice.accept")}
      </Button>
      <Button look="quiet" onClick={() => void model.signOut()}>
        {say("sign_out.open")}
      </Button>
    </div>
  );
}
