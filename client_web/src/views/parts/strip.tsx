/** One line across a pane: what is the matter, what it means, what to do. */
import type { ReactNode } from "react";
import { Icon, type IconName } from "./icon";
import s from "./strip.module.css";

interface StripProps {
  /** `told`: what a person should know, outside of what is amber or failed. */
  tone?: "plain" | "told" | "outside" | "failed";
  icon?: IconName;
  /** More than one sentence: what to do goes under them where the pane is narrow. */
  long?: boolean;
  children: ReactNode;
  action?: ReactNode;
}

export function Strip({ tone = "plain", icon, long, children, action }: StripProps) {
  return (
    <div className={s.strip} data-tone={tone} data-long={long}>
      {icon === undefined ? null : <Icon name={icon} size={16} />}
      <div className={s.words}>{children}</div>
      {action}
    </div>
  );
}
