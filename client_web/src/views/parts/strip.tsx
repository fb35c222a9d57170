/** One line across a pane: what is the matter, what it means, what to do. */
import type { ReactNode } from "react";
import { Icon, type IconName } from "./icon";
import s from "./strip.module.css";

interface StripProps {
  tone?: "plain" | "outside" | "failed";
  icon?: IconName;
  children: ReactNode;
  action?: ReactNode;
}

export function Strip({ tone = "plain", icon, children, action }: StripProps) {
  return (
    <div className={s.strip} data-tone={tone}>
      {icon === undefined ? null : <Icon name={icon} size={16} />}
      <div className={s.words}>{children}</div>
      {action}
    </div>
  );
}
