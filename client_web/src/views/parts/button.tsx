/** The two buttons there are: one with words, one with an icon. */
import type { ComponentProps, ReactNode } from "react";
import s from "./button.module.css";
import { Icon, type IconName } from "./icon";

interface ButtonProps extends ComponentProps<"button"> {
  look?: "primary" | "plain" | "quiet" | "danger";
  icon?: IconName | undefined;
  busy?: boolean;
  children: ReactNode;
}

/** A button with words. While `busy` it stays focused and does nothing. */
export function Button({ look = "plain", icon, busy, children, onClick, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={s.button}
      data-look={look}
      aria-disabled={busy || undefined}
      data-busy={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
    >
      {icon === undefined ? null : <Icon name={icon} size={18} />}
      <span>{children}</span>
    </button>
  );
}

interface IconButtonProps extends ComponentProps<"button"> {
  icon: IconName;
  label: string;
  look?: "quiet" | "primary";
  size?: number;
}

/** A button with an icon; the label is its name and its tooltip. */
export function IconButton({ icon, label, look = "quiet", size, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={s.icon}
      data-look={look}
      aria-label={label}
      title={label}
    >
      <Icon name={icon} size={size ?? 20} />
    </button>
  );
}
