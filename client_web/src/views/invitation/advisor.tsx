/** With whom an invited person will write, and which firm that is. */
import type { InvitationView } from "../../view_models/invitation";
import { Avatar } from "../parts/avatar";
import { useText } from "../text";
import s from "./invitation.module.css";
import { usePictureOf } from "./use_picture";

export function Advisor({ invitation }: { invitation: InvitationView }) {
  const say = useText();
  const { advisor, advisorId, advisorTitle, firm } = invitation;
  const face = usePictureOf(invitation.advisorPicture);
  const sign = usePictureOf(invitation.firmPicture);
  return (
    <div className={s.advisor}>
      <Avatar id={advisorId} name={advisor} picture={face} size="l" />
      <div className={s.lines}>
        <bdi className={s.name}>{advisor}</bdi>
        <span className={s.firm}>
          {sign === undefined ? null : (
            <Avatar id={firm} name={firm} picture={sign} group={true} size="s" />
          )}
          <bdi className={s.about}>
            {say("invitation.of", { title: advisorTitle ?? say("invitation.advisor"), firm })}
          </bdi>
        </span>
      </div>
    </div>
  );
}
