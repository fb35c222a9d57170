/** What the account's menu offers: devices, language, colours, sending, keys, and the way out. */
import { useMemo } from "react";
import type { Language, Theme } from "../../view_models/preferences";
import { useBrowser } from "../browser";
import { Menu, type MenuItem } from "../parts/menu";
import { type TextId, useText } from "../text";
import type { AccountMenuProps } from "./account_menu";
import s from "./account_menu.module.css";

interface AccountItemsProps extends AccountMenuProps {
  anchor: Element;
  onClose(): void;
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

const SENDING: readonly (readonly [boolean, TextId])[] = [
  [false, "sending.at_once"],
  [true, "sending.undo"],
];

export function AccountItems(props: AccountItemsProps) {
  const { me, preferences, onStarred, onPicture, onDevices, onHours, onShortcuts } = props;
  const { onHelp, onTour, onLetters, onPeople, onStatus } = props;
  const { forClient, onAppLock, onLock, onSignOut, anchor, onClose } = props;
  const say = useText();
  const { device } = useBrowser();
  const items = useMemo<readonly MenuItem[]>(
    () => [
      ...offered(onStatus, "status", "mark", say("status.title")),
      ...offered(onPeople, "people", "people", say("people.title")),
      { key: "starred", icon: "star", label: say("starred.title"), onSelect: onStarred },
      { key: "picture", icon: "face", label: say("picture.title"), onSelect: onPicture },
      { key: "letters", icon: "bell", label: say("letters.title"), onSelect: onLetters },
      { key: "devices", icon: "device", label: say("devices.title"), onSelect: onDevices },
      { key: "lock", icon: "key", label: say("lock.title"), onSelect: onAppLock },
      ...offered(onHours, "hours", "clock", say("hours.title")),
      // A phone without a mouse has no keyboard either; a tablet with one gets the shortcuts by `?`.
      ...(device.hasHover()
        ? [
            {
              key: "keys",
              icon: "keyboard" as const,
              label: say("keys.title"),
              onSelect: onShortcuts,
            },
          ]
        : []),
      { key: "help", icon: "info", label: say("help.title"), onSelect: onHelp },
      ...(forClient === undefined
        ? []
        : [
            {
              key: "copy",
              icon: "copy" as const,
              label: say("copy.title"),
              onSelect: forClient.onCopy,
            },
          ]),
      { key: "tour", icon: "info", label: say("tour.open"), onSelect: onTour },
      ...LANGUAGES.map(([language, label], index) => ({
        key: language,
        label,
        lang: language,
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
      ...SENDING.map(([undo, id]) => ({
        key: id,
        label: say(id),
        checked: preferences.undoSend === undo,
        onSelect: () => preferences.setUndoSend(undo),
        ...(undo ? {} : { parted: true, heading: say("account.sending") }),
      })),
      {
        key: "lock_now",
        icon: "lock",
        parted: true,
        kept: true,
        label: say("lock.now"),
        onSelect: onLock,
      },
      {
        key: "out",
        icon: "leave",
        kept: true,
        label: say("sign_out.open"),
        onSelect: onSignOut,
      },
      ...(forClient === undefined
        ? []
        : [
            {
              key: "leave",
              icon: "close" as const,
              danger: true,
              kept: true,
              label: say("end.open"),
              onSelect: forClient.onLeave,
            },
          ]),
    ],
    [
      say,
      device,
      preferences,
      onPeople,
      onStatus,
      onStarred,
      onPicture,
      onDevices,
      onHours,
      onShortcuts,
      onHelp,
      onTour,
      onLetters,
      forClient,
      onAppLock,
      onLock,
      onSignOut,
    ],
  );
  return (
    <Menu
      label={say("account.open", { name: me.name })}
      head={<Head me={me} />}
      anchor={anchor}
      items={items}
      onClose={onClose}
    />
  );
}

function Head({ me }: Pick<AccountMenuProps, "me">) {
  return (
    <div className={s.head}>
      <bdi className={s.name}>{me.name}</bdi>
      {me.org === me.name ? null : <bdi className={s.org}>{me.org}</bdi>}
    </div>
  );
}

/** Not for everybody. */
function offered(
  onSelect: (() => void) | undefined,
  key: string,
  icon: NonNullable<MenuItem["icon"]>,
  label: string,
): readonly MenuItem[] {
  return onSelect === undefined ? [] : [{ key, icon, label, onSelect }];
}
