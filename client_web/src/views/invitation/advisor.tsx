/** With whom an invited person will write. */
import type { InvitationView } from "../../view_models/invitation";
import { Avatar } from "../parts/avatar";
import { useText } from "../text";
import s from "./invitation.module.css";

export function Advisor({ invitation }: { invitation: InvitationView }) {
  const say = useText();
  const { advisor, advisorTitle, firm } = invitation;
  return (
    <div className={s.advisor}>
      <Avatar id={advisor} name={advisor} size="l" />
      <div className={s.lines}>
        <bdi className={s.name}>{advisor}</bdi>
        <bdi className={s.about}>
          {advisorTitle === undefined ? firm : say("invitation.of", { title: advisorTitle, firm })}
        </bdi>
      </div>
    </div>
  );
}
