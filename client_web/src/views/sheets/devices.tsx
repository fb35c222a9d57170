/** Where one is signed in. */
import type { ReactNode } from "react";
import type { DevicesState, DeviceView } from "../../view_models/devices";
import { AskingButton } from "../dialogs/asking_button";
import { Button } from "../parts/button";
import { deviceIcon } from "../parts/device_icon";
import { Problem } from "../parts/field";
import { Icon } from "../parts/icon";
import { Sheet, SheetPart } from "../parts/sheet";
import { useFormat, useText, useTroubleText } from "../text";
import s from "./sheets.module.css";

interface DevicesSheetProps {
  state: DevicesState;
  now: number;
  onSignOut(id: string): void;
  onRetry(): void;
  onClose(): void;
  /** Below the devices. */
  children?: ReactNode;
}

export function DevicesSheet(props: DevicesSheetProps) {
  const { state, now, onSignOut, onRetry, onClose, children } = props;
  const say = useText();
  const words = useTroubleText();
  return (
    <Sheet title={say("devices.title")} onClose={onClose}>
      {state.trouble === undefined ? null : (
        <SheetPart>
          <div className={s.add}>
            <Problem text={words(state.trouble)} />
            <Button onClick={onRetry}>{say("message.retry")}</Button>
          </div>
        </SheetPart>
      )}
      <SheetPart>
        <p className={s.add}>
          <span className={s.note}>{say("devices.note")}</span>
        </p>
        <ul aria-busy={state.loading}>
          {state.devices.map((device) => (
            <Device
              key={device.id}
              device={device}
              now={now}
              onSignOut={() => onSignOut(device.id)}
            />
          ))}
        </ul>
      </SheetPart>
      {children}
    </Sheet>
  );
}

interface DeviceProps {
  device: DeviceView;
  now: number;
  onSignOut(): void;
}

function Device({ device, now, onSignOut }: DeviceProps) {
  const say = useText();
  const format = useFormat();
  return (
    <li className={s.device} aria-busy={device.busy}>
      <Icon name={deviceIcon(device.name)} />
      <span className={s.name}>{device.name}</span>
      {device.current ? (
        <span className={s.here}>{say("devices.current")}</span>
      ) : (
        <AskingButton
          label={say("devices.sign_out.name", { name: device.name })}
          busy={device.busy}
          question={{
            title: say("devices.sign_out.title", { name: device.name }),
            text: say("devices.sign_out.text"),
            verb: say("devices.sign_out"),
            onYes: onSignOut,
          }}
        >
          {say("devices.sign_out")}
        </AskingButton>
      )}
      <span className={s.about}>
        <span>{say("devices.since", { time: format.moment(device.signedInAt) })}</span>
        {device.current ? null : (
          <span title={format.full(device.seenAt)}>
            {say("devices.seen", { ago: format.ago(device.seenAt, now) })}
          </span>
        )}
      </span>
    </li>
  );
}
