/** Oneself: devices, language, colours, keys, and the way out. */
import { useMemo, useState } from "react";
import type { PersonView } from "../../view_models/people";
import type { Language, Preferences, Theme } from "../../view_models/preferences";
import { Avatar } from "../parts/avatar";
import { Menu, type MenuItem } from "../parts/menu";
import { type TextId, useText } from "../text";
import s from "./account_menu.module.css";

interface AccountMenuProps {
  me: PersonView;
  preferences: Preferences;
  onDevices(): void;
  onShortcuts(): void;
  onSignOut(): void;
}

const LANGUAGES: readonly (readonly [Language, string])[] = [
  ["en", "English"],
  ["pl", "Polski"],
];
const THEMES: readonly (readonly [Theme, TextId])[] = [
  ["system", "theme.system"],
  ["light", "theme.light"],
  ["dark", "theme.dark"],
];

export function AccountMenu(props: AccountMenuProps) {
  const { me, preferences, onDevices, onShortcuts, onSignOut } = props;
  const say = useText();
  const [anchor, setAnchor] = useState<Element>();
  const items = useMemo<readonly MenuItem[]>(
    () => [
      { key: "devices", icon: "device", label: say("devices.title"), onSelect: onDevices },
      { key: "keys", icon: "keyboard", label: say("keys.title"), onSelect: onShortcuts },
      ...LANGUAGES.map(([language, label], index) => ({
        key: language,
        label,
        checked: preferences.language === language,
        onSelect: () => preferences.setLanguage(language),
        ...(index === 0 ? { parted: true, heading: say("account.language") } : {}),
      })),
      ...THEMES.map(([theme, id], index) => ({
        key: theme,
        label: say(id),
        checked: preferences.theme === theme,
        onSelect: () => preferences.setTheme(theme),
        ...(index === 0 ? { parted: true, heading: say("account.theme") } : {}),
      })),
      { key: "out", icon: "leave", parted: true, label: say("sign_out.open"), onSelect: onSignOut },
    ],
    [say, preferences, onDevices, onShortcuts, onSignOut],
  );
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
        <Avatar id={me.id} name={me.name} size="s" />
      </button>
      {anchor === undefined ? null : (
        <Menu
          label={say("account.open", { name: me.name })}
          head={
            <div className={s.head}>
              <bdi className={s.name}>{me.name}</bdi>
              <bdi className={s.org}>{me.org}</bdi>
            </div>
          }
          anchor={anchor}
          items={items}
          onClose={() => setAnchor(undefined)}
        />
      )}
    </>
  );
}
