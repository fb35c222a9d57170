/** Oneself: devices, language, colours, keys, and the way out. */
import { useState } from "react";
import type { PersonView } from "../../view_models/people";
import type { Preferences } from "../../view_models/preferences";
import { Chunk } from "../chunk";
import { loadLog } from "../load_extras";
import { Avatar } from "../parts/avatar";
import { useText } from "../text";
import s from "./account_menu.module.css";

export interface AccountMenuProps {
  me: PersonView;
  preferences: Preferences;
  onPicture(): void;
  onStarred(): void;
  /** Undefined: clients have neither a status nor a directory. */
  onStatus: (() => void) | undefined;
  onPeople: (() => void) | undefined;
  onDevices(): void;
  onLetters(): void;
  /** When it locks by itself. */
  onAppLock(): void;
  /** Locks it now. */
  onLock(): void;
  /** Undefined: this person answers no clients. */
  onHours: (() => void) | undefined;
  onShortcuts(): void;
  onTour(): void;
  onHelp(): void;
  /** What clients alone have; undefined: this is none. */
  forClient: { onCopy(): void; onLeave(): void } | undefined;
  onSignOut(): void;
}

export function AccountMenu(props: AccountMenuProps) {
  const { me } = props;
  const say = useText();
  const [anchor, setAnchor] = useState<Element>();
  const close = () => setAnchor(undefined);
  return (
    <>
      <button
        type="button"
        className={s.button}
        aria-label={say("account.open", { name: me.name })}
        title={me.name}
        aria-haspopup="menu"
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        <Avatar id={me.id} name={me.name} picture={me.picture} size="s" />
      </button>
      {anchor === undefined ? null : (
        <Chunk load={loadLog} onClose={close}>
          {(part) => <part.AccountItems {...props} anchor={anchor} onClose={close} />}
        </Chunk>
      )}
    </>
  );
}
