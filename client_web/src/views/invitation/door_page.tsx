/** What the screens before the chat share: one card, its heading, the language below. */
import { type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { focusBeside } from "../parts/focus";
import { Mark } from "../parts/mark";
import { LanguageSwitch } from "../sign_in/language_switch";
import signIn from "../sign_in/sign_in.module.css";
import s from "./invitation.module.css";

interface DoorPageProps {
  title: string;
  /** Instead of the product's mark. */
  face?: ReactNode;
  /** Changes where another page begins, whose heading is to be read out. */
  step?: string | undefined;
  children: ReactNode;
}

export function DoorPage({ title, face, step, children }: DoorPageProps) {
  const id = useId();
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    // A field that takes the focus itself keeps it.
    if (step !== undefined && focusBeside(heading.current) === undefined) heading.current?.focus();
  }, [step]);
  return (
    <main className={signIn.page}>
      <section className={`${signIn.card} ${s.card}`} aria-labelledby={id}>
        {face ?? <Mark size={40} />}
        <h1 ref={heading} id={id} className={s.title} tabIndex={-1}>
          {title}
        </h1>
        {children}
      </section>
      <footer className={signIn.foot}>
        <LanguageSwitch />
      </footer>
    </main>
  );
}
