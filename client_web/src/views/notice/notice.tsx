/** The recording notice after sign-in: accepted first, or signed out. */
import type { NoticeModel } from "../../view_models/notice";
import { DoorPage } from "../invitation/door_page";
import s from "../invitation/invitation.module.css";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { Problem } from "../parts/field";
import { useText, useTroubleText } from "../text";
import { NoticeText } from "./notice_text";

export function Notice({ model }: { model: NoticeModel }) {
  const say = useText();
  const words = useTroubleText();
  const { notice, changed, busy, trouble } = useObserved(model.state);
  return (
    <DoorPage title={model.firm}>
      {changed ? (
        <p className={s.changed} role="status">
          {say("notice.changed")}
        </p>
      ) : null}
      <NoticeText notice={notice} />
      <div className={`${s.actions} ${s.foot}`}>
        {trouble === undefined ? null : <Problem text={words(trouble)} />}
        <Button look="primary" busy={busy} onClick={() => void model.accept()}>
          {say(busy ? "notice.busy" : "notice.accept")}
        </Button>
        <Button look="quiet" onClick={() => void model.signOut()}>
          {say("sign_out.open")}
        </Button>
      </div>
    </DoorPage>
  );
}
