/** The sheets about oneself, each with its model, which lives as long as the sheet. */
import { useEffect, useState } from "react";
import type { Later } from "../../view_models/later";
import type { ChatSheetProps } from "../chat_sheet";
import { Invites } from "../invites/invites_part";
import { useObserved } from "../observed";
import { usePreferences } from "../preferences_context";
import { AppLockSheet } from "./app_lock";
import { DevicesSheet } from "./devices";
import { DirectorySheet } from "./directory";
import { HoursSheet } from "./hours";
import { NotificationsSheet } from "./notifications";
import { OwnCopySheet } from "./own_copy";
import { OwnPasswordPart } from "./own_password";
import { OwnTokensPart } from "./own_tokens";
import { PasskeysPart } from "./passkeys";
import { PictureSheet } from "./picture";
import { ProfileSheet } from "./profile";
import { RoleCodePart } from "./role_code";
import { StarredSheet } from "./starred";
import { StatusSheet } from "./status";

interface OwnSheetProps extends ChatSheetProps {
  later: Later;
}

export function OwnSheet(props: OwnSheetProps) {
  switch (props.sheet.kind) {
    case "devices":
      return <Devices {...props} adding={props.sheet.adding ?? false} />;
    case "starred":
      return <Starred {...props} />;
    case "people":
      return <Directory {...props} />;
    case "status":
      return <Status {...props} />;
    case "person":
      return <Profile key={props.sheet.person} {...props} {...props.sheet} />;
    case "picture":
      return <Picture {...props} />;
    case "hours":
      return <Hours {...props} />;
    case "copy":
      return <OwnCopy {...props} />;
    case "letters":
      return <Letters {...props} />;
    case "lock":
      return <AppLock {...props} />;
    case "invites":
      return <OwnInvites key={props.sheet.page} {...props} page={props.sheet.page} />;
    default:
      return null;
  }
}

function Devices({ later, now, onClose, adding }: OwnSheetProps & { adding: boolean }) {
  const [devices] = useState(() => later.devices());
  const [passkeys] = useState(() => {
    const made = later.passkeys();
    if (adding) void made?.add();
    return made;
  });
  const [tokens] = useState(() => later.tokens());
  const [password] = useState(() => later.password());
  const state = useObserved(devices.state);
  return (
    <DevicesSheet
      state={state}
      now={now}
      onSignOut={(id) => devices.signOut(id)}
      onRetry={() => devices.refresh()}
      onClose={onClose}
    >
      {passkeys === undefined ? null : <PasskeysPart model={passkeys} now={now} />}
      {password === undefined ? null : (
        <>
          <OwnPasswordPart model={password} />
          <RoleCodePart later={later} password={password} />
        </>
      )}
      {tokens === undefined ? null : <OwnTokensPart model={tokens} now={now} />}
    </DevicesSheet>
  );
}

function Starred({ model, later, now, onClose }: OwnSheetProps) {
  const [starred] = useState(() => later.starred());
  useEffect(() => () => starred.close(), [starred]);
  return (
    <StarredSheet
      model={starred}
      now={now}
      onShow={(conversation, eventId) => {
        onClose();
        model.open(conversation, eventId);
      }}
      onClose={onClose}
    />
  );
}

function Directory({ later, onSheet, onClose }: OwnSheetProps) {
  const [directory] = useState(() => later.directory());
  useEffect(() => () => directory.close(), [directory]);
  return (
    <DirectorySheet
      model={directory}
      onPerson={(person) => onSheet({ kind: "person", person, found: true })}
      onClose={onClose}
    />
  );
}

function Profile(props: OwnSheetProps & { person: string; found?: true }) {
  const { model, later, now, person, found, onSheet, onClose } = props;
  const [profile] = useState(() => later.profile(person));
  useEffect(() => () => profile.close(), [profile]);
  return (
    <ProfileSheet
      model={profile}
      now={now}
      onWrite={() => {
        onClose();
        model.openDirect(person);
      }}
      onClose={found ? () => onSheet({ kind: "people" }) : onClose}
    />
  );
}

function Status({ model, later, onClose }: OwnSheetProps) {
  const [status] = useState(() => later.status());
  const me = useObserved(model.me);
  return <StatusSheet me={me} model={status} onClose={onClose} />;
}

function Picture({ model, later, onClose }: OwnSheetProps) {
  const [picture] = useState(() => later.picture());
  const me = useObserved(model.me);
  return <PictureSheet me={me} model={picture} onClose={onClose} />;
}

function Hours({ later, onClose }: OwnSheetProps) {
  const [hours] = useState(() => later.hours());
  return <HoursSheet model={hours} onClose={onClose} />;
}

function OwnCopy({ later, onClose }: OwnSheetProps) {
  const [copy] = useState(() => later.ownCopy());
  return <OwnCopySheet model={copy} onClose={onClose} />;
}

function Letters({ later, onClose }: OwnSheetProps) {
  const [letters] = useState(() => later.letters());
  return <NotificationsSheet alerts={later.alerts} letters={letters} onClose={onClose} />;
}

function AppLock({ later, now, onClose }: OwnSheetProps) {
  const [lock] = useState(() => later.appLock());
  return <AppLockSheet model={lock} now={now} onClose={onClose} />;
}

function OwnInvites({ page, ...props }: OwnSheetProps & { page: "list" | "form" }) {
  const { language } = usePreferences();
  const [invites] = useState(() => props.later.invites(page, language));
  return <Invites {...props} invites={invites} chat={props.model} />;
}
