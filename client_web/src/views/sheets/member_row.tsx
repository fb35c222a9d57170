/** One member, with what may be done. */
import { useMemo, useState } from "react";
import type { MemberView } from "../../view_models/members";
import { AssuranceTag } from "../parts/assurance_tag";
import { IconButton } from "../parts/button";
import { Menu, type MenuItem } from "../parts/menu";
import { PersonLines } from "../parts/person_row";
import { useText } from "../text";
import s from "./sheets.module.css";

interface MemberRowProps {
  member: MemberView;
  now: number;
  canChange: boolean;
  onWrite(): void;
  onShare(): void;
  onRemove(): void;
}

export function MemberRow({ member, now, canChange, onWrite, onShare, onRemove }: MemberRowProps) {
  const say = useText();
  const [anchor, setAnchor] = useState<Element>();
  const { person } = member;
  const items = useMemo<readonly MenuItem[]>(() => {
    const write: MenuItem = {
      key: "write",
      icon: "compose",
      label: say("members.write"),
      onSelect: onWrite,
    };
    if (!canChange) return [write];
    return [
      write,
      { key: "share", icon: "plus", label: say("share.open"), onSelect: onShare },
      { key: "remove", icon: "leave", label: say("members.remove"), onSelect: onRemove },
    ];
  }, [say, canChange, onWrite, onShare, onRemove]);
  return (
    <li className={s.member} aria-busy={member.busy}>
      <PersonLines
        person={person}
        mark={
          person.assurance === undefined ? null : (
            <AssuranceTag assurance={person.assurance} now={now} />
          )
        }
      />
      {person.me ? null : (
        <IconButton
          icon="more"
          size={18}
          label={say("members.menu", { name: person.name })}
          aria-haspopup="menu"
          onClick={(event) => setAnchor(event.currentTarget)}
        />
      )}
      {anchor === undefined ? null : (
        <Menu
          label={say("members.menu", { name: person.name })}
          anchor={anchor}
          items={items}
          onClose={() => setAnchor(undefined)}
        />
      )}
    </li>
  );
}
