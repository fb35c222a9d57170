/** A face made of initials: a circle for a person, a rounded square for a group. */
import s from "./avatar.module.css";
import { initialsOf, toneOf } from "./face";

interface AvatarProps {
  id: string;
  name: string;
  group?: boolean;
  /** Amber, for somebody from outside the firm. */
  outside?: boolean;
  online?: boolean;
  size?: "s" | "m" | "l";
}

/** Decoration only: the name always stands beside it. */
export function Avatar({ id, name, group, outside, online, size = "m" }: AvatarProps) {
  return (
    <span
      className={s.avatar}
      data-size={size}
      data-shape={group ? "group" : "person"}
      data-tone={outside && !group ? "outside" : toneOf(id)}
      data-initials={initialsOf(name)}
      aria-hidden="true"
    >
      {online ? <span className={s.online} /> : null}
    </span>
  );
}
