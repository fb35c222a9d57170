/** A picture, or a face made of initials: a circle for a person, a rounded square for a group. */
import { useState } from "react";
import s from "./avatar.module.css";
import { initialsOf, toneOf } from "./face";

interface AvatarProps {
  id: string;
  name: string;
  /** The address of a picture; initials stand for one that cannot be shown. */
  picture?: string | undefined;
  group?: boolean;
  /** Amber, for somebody from outside the firm. */
  outside?: boolean;
  online?: boolean | "away";
  size?: "s" | "m" | "l";
}

/** Decoration only: the name always stands beside it. */
export function Avatar(props: AvatarProps) {
  const { id, name, picture, group, outside, online, size = "m" } = props;
  const [broken, setBroken] = useState<string>();
  return (
    <span
      className={s.avatar}
      data-size={size}
      data-shape={group ? "group" : "person"}
      data-tone={outside && !group ? "outside" : toneOf(id)}
      data-initials={initialsOf(name)}
      aria-hidden="true"
    >
      {picture === undefined || picture === broken ? null : (
        <img className={s.picture} src={picture} alt="" onError={() => setBroken(picture)} />
      )}
      {online ? <span className={s.online} data-away={online === "away" || undefined} /> : null}
    </span>
  );
}
