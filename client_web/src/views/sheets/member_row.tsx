/** One member, with what may be done. */
import { useMemo, useState } from "react";
import { couldLead, type MemberView } from "../../view_models/members";
import { AssuranceTag } from "../parts/assurance_tag";
import { IconButton } from "../parts/button";
import { Menu, type MenuItem } from "../parts/menu";
import { PersonLines } from "../parts/person_row";
import { useText } from "../text";
import g from "./group.module.css";
import s from "./sheets.module.css";

interface MemberRowProps {
  member: MemberView;
  now: number;
  canChange: boolean;
  /** Undefined: one writes to them here, or may begin nothing. */
  onWrite: (() => void) | undefined;
  /** Shows who they are; undefined: to a client nobody. */
  onPerson: (() => void) | undefined;
  onShare(): void;
  onAdmin(): void;
  onRemove(): void;
}

export function MemberRow(props: MemberRowProps) {
  const { member, now, canChange, onWrite, onShare, onAdmin, onRemove } = props;
  const say = useText();
  const [anchor, setAnchor] = useState<Element>();
  const { person } = member;
  const items = useMemo<readonly MenuItem[]>(() => {
    const write: readonly MenuItem[] =
      onWrite === undefined
        ? []
        : [{ key: "write", icon: "compose", label: say("members.write"), onSelect: onWrite }];
    if (!canChange) return write;
    const admin: MenuItem = {
      key: "admin",
      icon: "shield",
      label: say(member.admin ? "members.no_admin" : "members.admin"),
      onSelect: onAdmin,
    };
    return [
      ...write,
      ...(couldLead(person) ? [admin] : []),
      { key: "share", icon: "plus", label: say("share.open"), onSelect: onShare },
      { key: "remove", icon: "leave", label: say("members.remove"), onSelect: onRemove },
    ];
  }, [say, canChange, person, member.admin, onWrite, onShare, onAdmin, onRemove]);
  const lines = (
    <PersonLines
      person={person}
      mark={
        <>
          {member.admin ? <span className={g.admin}>{say("members.is_admin")}</span> : null}
          {person.assurance === undefined ? null : (
            <AssuranceTag assurance={person.assurance} now={now} />
          )}
        </>
      }
    />
  );
  return (
    <li className={s.member} aria-busy={member.busy}>
      {props.onPerson === undefined ? (
        lines
      ) : (
        <button type="button" className={g.person} onClick={props.onPerson}>
          {lines}
        </button>
      )}
      {person.me || items.length === 0 ? null : (
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
