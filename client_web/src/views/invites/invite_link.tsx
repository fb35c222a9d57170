/** A link that was just made: where it went, to copy, and to scan. */
import { useEffect, useRef } from "react";
import { listed } from "../../view_models/bidi";
import type { InviteLink as Link } from "../../view_models/invites";
import { useBrowser } from "../browser";
import { Chunk } from "../chunk";
import { Button } from "../parts/button";
import { Warning } from "../parts/warning";
import { useFormat, useText } from "../text";
import s from "./invites.module.css";
import type { InvitesSheetProps } from "./invites_sheet";

interface InviteLinkProps extends InvitesSheetProps {
  link: Link;
}

const loadQrCode = () => import("./qr_code");

export function InviteLink(props: InviteLinkProps) {
  const { model, link } = props;
  const say = useText();
  return (
    <div className={s.form}>
      <Outcome link={link} />
      {link.firmAlike === undefined ? null : (
        <Warning text={say("invites.firm_alike", { names: listed(link.firmAlike) })} />
      )}
      {link.invite.state === "accepted" ? <Accepted {...props} /> : <Give {...props} />}
      <div className={s.next}>
        <Button onClick={() => model.back()}>{say("invites.all")}</Button>
        <Button onClick={() => model.begin()}>{say("invites.begin")}</Button>
      </div>
    </div>
  );
}

/** The heading, which has the focus: what became of it. */
function Outcome({ link }: { link: Link }) {
  const say = useText();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const { name, address, way, state, undelivered } = link.invite;
  return (
    <>
      <h3 ref={heading} tabIndex={-1} className={s.outcome}>
        {state === "accepted"
          ? say("invites.accepted", { name })
          : way === "screen"
            ? say("invites.shown", { name })
            : say(undelivered ? "invites.not_sent" : "invites.sent", { address })}
      </h3>
      {undelivered ? <Warning text={say("invites.not_sent.text")} /> : null}
    </>
  );
}

function Give({ link, onCopied }: InviteLinkProps) {
  const say = useText();
  const format = useFormat();
  const { clipboard } = useBrowser();
  const { name, expiresAt } = link.invite;
  return (
    <>
      <Chunk load={loadQrCode} waiting={<div className={s.qr} />}>
        {(part) => <part.QrCode text={link.link} label={say("invites.qr", { name })} />}
      </Chunk>
      <p className={s.note}>{say("invites.link.note", { time: format.moment(expiresAt) })}</p>
      <Button icon="copy" onClick={() => void clipboard.write(link.link).then(onCopied)}>
        {say("invites.copy")}
      </Button>
    </>
  );
}

function Accepted({ link, onWrite }: InviteLinkProps) {
  const say = useText();
  const { name, person } = link.invite;
  if (person === undefined) return null;
  return (
    <Button look="primary" onClick={() => onWrite(person)}>
      {say("invites.write", { name })}
    </Button>
  );
}
