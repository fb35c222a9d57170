/** For a client's advisor: how sure the firm is, their word, and a client who comes in anew. */
import { useEffect, useId, useState } from "react";
import type { ClientCheckModel, ClientCheckState } from "../../view_models/client_check";
import type { InviteLink } from "../../view_models/invites";
import { useBrowser } from "../browser";
import { Chunk } from "../chunk";
import { ConfirmClient, ResetClient, WithdrawWord } from "../dialogs/client_identity";
import { useObserved } from "../observed";
import { assuranceText } from "../parts/assurance_tag";
import { Button } from "../parts/button";
import { Problem } from "../parts/field";
import { SheetPart } from "../parts/sheet";
import { useFormat, useText, useTroubleText } from "../text";
import s from "./sheets.module.css";

interface ClientCheckProps {
  model: ClientCheckModel;
  now: number;
  onCopied(): void;
}

const loadQrCode = () => import("../invites/qr_code");

export function ClientCheck({ model, now, onCopied }: ClientCheckProps) {
  const say = useText();
  const format = useFormat();
  const words = useTroubleText();
  const { client, busy, trouble, link, waiting } = useObserved(model.state);
  const [asking, setAsking] = useState<"confirm" | "withdraw" | "reset">();
  const { assurance } = client;
  const close = () => setAsking(undefined);
  // Each time it is opened: the client may have stopped a reset meanwhile.
  useEffect(() => void model.look(), [model]);
  return (
    <SheetPart title={say("check.title")}>
      <div className={s.add}>
        <p className={s.note}>
          {assurance === undefined
            ? say("check.unknown")
            : assuranceText(assurance, now, say, format)}
        </p>
        {trouble === undefined || asking === "reset" ? null : <Problem text={words(trouble)} />}
        {link === undefined ? (
          <>
            <Button icon="shield" busy={busy} onClick={() => setAsking("confirm")}>
              {say("check.confirm")}
            </Button>
            {assurance?.confirmed === undefined ? null : (
              <Button icon="close" busy={busy} onClick={() => setAsking("withdraw")}>
                {say("check.withdraw")}
              </Button>
            )}
            {waiting === undefined ? (
              <Button
                icon="invite"
                busy={busy}
                onClick={() => {
                  model.done();
                  setAsking("reset");
                }}
              >
                {say("check.reset")}
              </Button>
            ) : (
              <WaitingReset
                waiting={waiting}
                busy={busy}
                onEnd={() => void model.withdrawReset()}
              />
            )}
          </>
        ) : (
          <NewLink link={link} onCopied={onCopied} onDone={() => model.done()} />
        )}
      </div>
      {asking === "confirm" ? (
        <ConfirmClient client={client} onClose={close} onDone={(how) => void model.confirm(how)} />
      ) : null}
      {asking === "withdraw" ? (
        <WithdrawWord client={client} onClose={close} onDone={() => void model.withdraw()} />
      ) : null}
      {asking === "reset" ? (
        <ResetClient
          client={client}
          busy={busy}
          trouble={trouble}
          onClose={() => {
            close();
            model.done();
          }}
          onDone={(address, way) => void model.reset(address, way).then((made) => made && close())}
        />
      ) : null}
    </SheetPart>
  );
}

interface WaitingResetProps {
  waiting: NonNullable<ClientCheckState["waiting"]>;
  busy: boolean;
  onEnd(): void;
}

function WaitingReset({ waiting, busy, onEnd }: WaitingResetProps) {
  const say = useText();
  const format = useFormat();
  const at = waiting.takes_effect_at;
  return (
    <>
      <p className={s.note} role="status">
        {at === undefined
          ? say("check.reset.approval")
          : say("check.reset.waits", { time: format.moment(at) })}
      </p>
      <Button busy={busy} onClick={onEnd}>
        {say("check.reset.withdraw")}
      </Button>
    </>
  );
}

interface NewLinkProps {
  link: InviteLink;
  onCopied(): void;
  onDone(): void;
}

function NewLink({ link, onCopied, onDone }: NewLinkProps) {
  const say = useText();
  const format = useFormat();
  const { clipboard } = useBrowser();
  const { name, address, way, expiresAt, undelivered } = link.invite;
  const [scanned, setScanned] = useState(way === "screen");
  const code = useId();
  return (
    <>
      <div role="status">
        <p>{say("check.reset.done", { name })}</p>
        {way === "screen" ? null : (
          <p>{say(undelivered ? "invites.not_sent" : "invites.sent", { address })}</p>
        )}
      </div>
      <p className={s.note}>{say("invites.link.note", { time: format.moment(expiresAt) })}</p>
      <div className={s.buttons}>
        <Button icon="copy" onClick={() => void clipboard.write(link.link).then(onCopied)}>
          {say("invites.copy")}
        </Button>
        <Button
          aria-expanded={scanned}
          aria-controls={code}
          onClick={() => setScanned((before) => !before)}
        >
          {say("check.reset.scan")}
        </Button>
        <Button look="primary" onClick={onDone}>
          {say("done")}
        </Button>
      </div>
      <div id={code}>
        {scanned ? (
          <Chunk load={loadQrCode}>
            {(part) => <part.QrCode text={link.link} label={say("invites.qr", { name })} />}
          </Chunk>
        ) : null}
      </div>
    </>
  );
}
