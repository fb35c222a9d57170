/** Emoji by their names: what the text field does while one is typed between colons. */
import { type KeyboardEvent, type RefObject, useEffect, useId, useState } from "react";
import { codeBefore, coded, meantBy, stands, type TypedCode } from "../../view_models/shortcodes";
import { type Page, useBrowser } from "../browser";
import { loadEmoji } from "../load_extras";
import { focusBeside } from "../parts/focus";
import { usePreferences } from "../preferences_context";

type Groups = Awaited<ReturnType<typeof loadEmoji>>;

export function useShortcodes(field: RefObject<HTMLTextAreaElement | null>) {
  const { language } = usePreferences();
  const { page } = useBrowser();
  const id = useId();
  const [typed, setTyped] = useState<TypedCode>();
  const [groups, setGroups] = useState<Groups>();
  const [active, setActive] = useState(0);
  /** Where it was turned down. */
  const [closedAt, setClosedAt] = useState<number>();
  const wanted = typed !== undefined;
  useEffect(() => {
    // Without them the text stays as it is typed.
    if (wanted) loadEmoji(language).then(setGroups, () => {});
  }, [wanted, language]);
  const offers = typed && !typed.closed && groups ? coded(groups, typed.query) : [];
  const meant = typed?.closed && groups ? meantBy(groups, typed.query) : undefined;
  useEffect(() => {
    if (meant !== undefined) replace(field.current, typed, meant, page);
  }, [field, meant, typed, page]);
  const take = (at: number) => {
    const [emoji] = offers[at] ?? [];
    if (emoji !== undefined) replace(field.current, typed, emoji, page);
    setTyped(undefined);
  };
  const onCaret = () => {
    const { value, selectionStart: caret, selectionEnd } = field.current ?? {};
    if (value === undefined) return;
    const now = caret === selectionEnd ? codeBefore(value, caret ?? 0) : undefined;
    if (now?.query !== typed?.query) setActive(0);
    if (now === undefined) setClosedAt(undefined);
    setTyped(now !== undefined && now.at === closedAt ? undefined : now);
  };
  const onKey = (event: KeyboardEvent): boolean => {
    if (offers.length === 0) return false;
    if (!isThere(field.current, typed)) {
      setTyped(undefined);
      return false;
    }
    if (event.key === "ArrowDown") setActive((active + 1) % offers.length);
    else if (event.key === "ArrowUp") setActive((active + offers.length - 1) % offers.length);
    else if (event.key === "Escape") {
      setClosedAt(typed?.at);
      setTyped(undefined);
    } else if ((event.key === "Enter" && !event.shiftKey) || event.key === "Tab") take(active);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  const list = offers.length > 0 ? { id, offers, active } : undefined;
  return { list, onKey, onCaret, take };
}

/** Whether the name still stands before the caret. */
function isThere(field: HTMLTextAreaElement | null, typed: TypedCode | undefined): boolean {
  return field !== null && stands(typed, field.value, field.selectionStart, field.selectionEnd);
}

/** Puts an emoji in a name's place; nothing where the name, or the focus, is gone meanwhile. */
function replace(
  field: HTMLTextAreaElement | null,
  typed: TypedCode | undefined,
  emoji: string,
  page: Pick<Page, "type">,
): void {
  if (field === null || typed === undefined || !isThere(field, typed)) return;
  if (focusBeside(field) !== field) return;
  field.setSelectionRange(typed.at, field.selectionEnd);
  page.type(emoji);
}
