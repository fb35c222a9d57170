/** What a client may do instead of accepting the notice. */
import { useId, useState } from "react";
import type { NoticeWays } from "../../view_models/notice";
import type { OwnCopyModel } from "../../view_models/own_copy";
import { Confirm } from "../dialogs/confirm";
import { DoorPage } from "../invitation/door_page";
import door from "../invitation/invitation.module.css";
import { Button } from "../parts/button";
import { AboutCopy, MakeCopy } from "../parts/make_copy";
import { useText } from "../text";
import { leavingQuestion } from "../use_leave";
import s from "./notice.module.css";

interface InsteadProps {
  firm: string;
  ways: NoticeWays;
  onCopy(): void;
}

export function Instead({ firm, ways, onCopy }: InsteadProps) {
  const say = useText();
  const heading = useId();
  const [asking, setAsking] = useState(false);
  const question = leavingQuestion(say, firm, () => ways.leave());
  return (
    <section className={s.instead} aria-labelledby={heading}>
      <h2 id={heading}>{say("notice.instead")}</h2>
      <p>{say("notice.instead.text", { firm })}</p>
      <div className={s.ways}>
        <Button icon="copy" onClick={onCopy}>
          {say("copy.title")}
        </Button>
        <Button icon="leave" onClick={() => setAsking(true)}>
          {say("end.open")}
        </Button>
      </div>
      {asking ? <Confirm question={question} onClose={() => setAsking(false)} /> : null}
    </section>
  );
}

interface TheirCopyProps {
  model: OwnCopyModel;
  onBack(): void;
}

export function TheirCopy({ model, onBack }: TheirCopyProps) {
  const say = useText();
  return (
    <DoorPage title={say("copy.title")} step="copy">
      <MakeCopy model={model} />
      <div className={s.about}>
        <AboutCopy />
      </div>
      <div className={`${door.actions} ${door.foot}`}>
        <Button look="quiet" onClick={onBack}>
          {say("notice.back")}
        </Button>
      </div>
    </DoorPage>
  );
}
