/** What was done with one's account, or by break-glass: read before anything else is shown. */
import type { ToldModel, ToldNotice } from "../../view_models/told";
import { DoorPage } from "../invitation/door_page";
import s from "../invitation/invitation.module.css";
import { useObserved } from "../observed";
import { Button } from "../parts/button";
import { Problem } from "../parts/field";
import { type TextId, useFormat, useText, useTroubleText } from "../text";
import n from "./notice.module.css";

export function Told({ model }: { model: ToldModel }) {
  const say = useText();
  const words = useTroubleText();
  const { busy, trouble } = useObserved(model.state);
  return (
    <DoorPage title={say("told.title")} step="told">
      <ul className={n.told}>
        {model.notices.map((each) => (
          <li key={each.id}>
            <One notice={each} />
          </li>
        ))}
      </ul>
      <p>{say("told.call")}</p>
      <div className={`${s.actions} ${s.foot}`}>
        {trouble === undefined ? null : <Problem text={words(trouble)} />}
        <Button look="primary" busy={busy} onClick={() => void model.goOn()}>
          {say("told.ok")}
        </Button>
      </div>
    </DoorPage>
  );
}

function One({ notice }: { notice: ToldNotice }) {
  const say = useText();
  const format = useFormat();
  const { what, by, about, approved_by: approved, reason, at, token = "" } = notice;
  const role = notice.role === undefined ? "" : say(`told.role.${notice.role}` as TextId);
  const when = format.moment(at);
  const ends = notice.ends === undefined ? "" : format.moment(notice.ends);
  return (
    <>
      <strong>{say(`told.${what}`, { about, role, token, ends })}</strong>
      {what === "token_ends" ? null : (
        <p>
          {approved === undefined
            ? say("told.by", { by, at: when })
            : say("told.approved", { by, approved, at: when })}
        </p>
      )}
      {reason === undefined ? null : <p>{say("told.reason", { reason })}</p>}
    </>
  );
}
