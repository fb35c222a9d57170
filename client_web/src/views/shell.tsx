/** The three panes: one at a time on a phone, the sheet over the log below 900 pixels. */
import type { ReactNode } from "react";
import s from "./shell.module.css";

interface ShellProps {
  list: ReactNode;
  /** The open conversation, or what stands there while none is. */
  main: ReactNode;
  sheet?: ReactNode;
  /** On a phone: whether the conversation covers the list. */
  mainOpen: boolean;
}

export function Shell({ list, main, sheet, mainOpen }: ShellProps) {
  return (
    <main className={s.shell} data-main={mainOpen || undefined} data-sheet={sheet ? "" : undefined}>
      <div className={s.list}>{list}</div>
      <div className={s.main}>{main}</div>
      {sheet ? <div className={s.sheet}>{sheet}</div> : null}
    </main>
  );
}
