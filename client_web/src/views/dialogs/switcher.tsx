/** Ctrl+K: a few letters of a name and Enter. The focus stays in the field. */
import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import type { Later } from "../../view_models/later";
import type { SwitcherOffer } from "../../view_models/switcher";
import { useObserved } from "../observed";
import { Avatar } from "../parts/avatar";
import { ClientTag } from "../parts/client_tag";
import { Dialog } from "../parts/dialog";
import { Icon } from "../parts/icon";
import row from "../parts/person_row.module.css";
import { useText } from "../text";
import s from "./switcher.module.css";

interface SwitcherProps {
  later: Later;
  /** What was typed before this was here. */
  typed(): string;
  /** What was typed is looked for in messages now. */
  onMessages(): void;
  onClose(): void;
}

export function Switcher({ later, typed, onMessages, onClose }: SwitcherProps) {
  const say = useText();
  const id = useId();
  const [model] = useState(() => later.switcher());
  useEffect(() => () => model.close(), [model]);
  const { query, offers, active } = useObserved(model.state);
  const list = useRef<HTMLDivElement>(null);
  // Once the dialog has given the focus back.
  const left = useRef<() => void>(undefined);
  useEffect(() => () => left.current?.(), []);
  useLayoutEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: "nearest" });
  }, [active]);
  const take = (at?: number) => {
    const taken = model.take(at);
    if (taken === undefined) return;
    if (taken.kind === "messages") left.current = onMessages;
    onClose();
  };
  const takeNow = useRef(take);
  // Not before paint: the field would not show it yet when the next key comes, and begin anew.
  useEffect(() => {
    const [begun = "", ...entered] = typed().split("\n");
    if (begun !== "") model.search(begun);
    if (entered.length > 0) takeNow.current();
  }, [typed, model]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "ArrowDown") model.move(1);
    else if (event.key === "ArrowUp") model.move(-1);
    else if (event.key === "Enter") take();
    else return;
    event.preventDefault();
  };
  return (
    <Dialog tall title={say("switch.title")} onClose={onClose}>
      <label className={s.field}>
        <Icon name="search" size={18} />
        <input
          role="combobox"
          aria-label={say("switch.field")}
          aria-expanded
          aria-autocomplete="list"
          aria-controls={id}
          aria-activedescendant={`${id}-${active}`}
          placeholder={say("switch.field")}
          autoComplete="off"
          spellCheck={false}
          value={query}
          onChange={(event) => model.search(event.target.value)}
          onKeyDown={onKeyDown}
        />
      </label>
      <div role="listbox" id={id} ref={list} aria-label={say("switch.offers")} className={s.offers}>
        {offers.map((offer, at) => (
          // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field's keys take it
          <div
            key={keyOf(offer)}
            role="option"
            id={`${id}-${at}`}
            className={s.offer}
            aria-selected={at === active}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => take(at)}
          >
            <Offer offer={offer} />
          </div>
        ))}
      </div>
      <p className="aside" role="status">
        {say("switch.count", { count: offers.length })}
      </p>
    </Dialog>
  );
}

function keyOf(offer: SwitcherOffer): string {
  if (offer.kind === "messages") return "messages";
  return offer.kind === "conversation" ? offer.item.id : offer.person.id;
}

function Offer({ offer }: { offer: SwitcherOffer }) {
  const say = useText();
  if (offer.kind === "messages") {
    return (
      <>
        <span className={s.sign}>
          <Icon name="search" size={18} />
        </span>
        <span className={row.name}>{say("switch.messages", { query: offer.query })}</span>
      </>
    );
  }
  if (offer.kind === "person") {
    const { id, name, picture, outside, org, title } = offer.person;
    return (
      <>
        <Avatar id={id} name={name} picture={picture} outside={outside} size="s" />
        <span className={s.names} data-outside={outside || undefined}>
          <bdi className={row.name}>{name}</bdi>
          {outside ? <ClientTag who={org} /> : null}
        </span>
        <span className={s.about}>{title ?? say("switch.begin")}</span>
      </>
    );
  }
  const { item } = offer;
  const [other] = item.others;
  const person = item.kind === "direct" ? other : undefined;
  const picture = person?.picture ?? item.picture;
  return (
    <>
      <Avatar
        id={person?.id ?? item.id}
        name={item.name}
        picture={picture}
        group={item.kind === "group"}
        outside={item.outside}
        size="s"
      />
      <span className={s.names} data-outside={item.outside || undefined}>
        <bdi className={row.name}>{item.name}</bdi>
        {item.outside ? <ClientTag who={item.outsideName} beside={item.name} /> : null}
      </span>
      {item.unread === 0 ? null : (
        <span className={s.unread}>{say("switch.unread", { count: item.unread })}</span>
      )}
    </>
  );
}
