/** The link by which the firm's people join a group: made, copied once, ended. */
import { type RefObject, useEffect, useId, useRef, useState } from "react";
import type { MembersModel, MembersState } from "../../view_models/members";
import { useBrowser } from "../browser";
import type { Question } from "../dialogs/confirm";
import { Button } from "../parts/button";
import { SheetPart } from "../parts/sheet";
import { useFormat, useText } from "../text";
import s from "./group.module.css";

const DAYS = [1, 7, 30] as const;

interface GroupLinkProps {
  state: MembersState;
  actions: Pick<MembersModel, "makeLink" | "endLink">;
  onAsk(question: Question): void;
  onCopied(): void;
}

export function GroupLink({ state, actions, onAsk, onCopied }: GroupLinkProps) {
  const say = useText();
  const format = useFormat();
  const { link, newLink } = state;
  const asked = useRef(false);
  const end = () =>
    onAsk({
      title: say("group.link.end.title"),
      text: say("group.link.end.text"),
      verb: say("group.link.end.verb"),
      onYes: () => actions.endLink(),
    });
  return (
    <SheetPart title={say("group.link")}>
      <div className={s.link}>
        {link === undefined ? (
          <p className={s.soft}>{say("group.link.none")}</p>
        ) : (
          <p className={s.soft}>
            {say(link.over ? "group.link.over" : "group.link.until", {
              until: format.moment(link.until),
            })}{" "}
            {say("group.link.uses", { count: link.uses })}
          </p>
        )}
        {newLink === undefined ? null : (
          <NewLink key={newLink} secret={newLink} asked={asked} onCopied={onCopied} />
        )}
        <MakeLink
          again={link !== undefined}
          onMake={(days) => {
            asked.current = true;
            void actions.makeLink(days);
          }}
        />
        {link === undefined || link.over ? null : (
          <Button icon="close" onClick={end}>
            {say("group.link.end")}
          </Button>
        )}
      </div>
    </SheetPart>
  );
}

interface NewLinkProps {
  secret: string;
  /** It was made by a press, and takes the focus: it moves what was pressed out of view. */
  asked: RefObject<boolean>;
  onCopied(): void;
}

function NewLink({ secret, asked, onCopied }: NewLinkProps) {
  const say = useText();
  const copy = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (asked.current) copy.current?.focus();
    asked.current = false;
  }, [asked]);
  const { page, clipboard } = useBrowser();
  const address = `${page.origin}/#join=${secret}`;
  return (
    <div className={s.new} role="status">
      <code className={s.address}>{address}</code>
      <p className={s.soft}>{say("group.link.once")}</p>
      <Button
        ref={copy}
        icon="copy"
        look="primary"
        onClick={() => void clipboard.write(address).then(onCopied)}
      >
        {say("group.link.copy")}
      </Button>
    </div>
  );
}

function MakeLink({ again, onMake }: { again: boolean; onMake(days: number): void }) {
  const say = useText();
  const label = useId();
  const [days, setDays] = useState<number>(7);
  return (
    <div className={s.make}>
      <label id={label} className={s.days}>
        <span className={s.soft}>{say("group.link.days")}</span>
        <select value={days} onChange={(event) => setDays(Number(event.target.value))}>
          {DAYS.map((count) => (
            <option key={count} value={count}>
              {say("group.link.for", { count })}
            </option>
          ))}
        </select>
      </label>
      <Button icon="plus" onClick={() => onMake(days)}>
        {say(again ? "group.link.again" : "group.link.make")}
      </Button>
    </div>
  );
}
