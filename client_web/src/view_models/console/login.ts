/** A command line that asks to be signed in as this person. */
import type * as wire from "../../wire/types.gen";
import { Observed } from "../observable";
import type { Trouble } from "../people";
import type { Desk } from "./desk";

/** As the command line shows it, so that both can be compared: ABCD-EFGH. */
export function shownCode(code: string): string {
  return code.replaceAll("-", "").replace(/(.{4})(?=.)/g, "$1-");
}

export interface LoginState {
  readonly asked?: wire.AskedLogin | undefined;
  readonly answered?: wire.AnswerLogin["answer"] | undefined;
  readonly busy: boolean;
  readonly trouble?: Trouble | undefined;
}

export class LoginRequest {
  readonly state = new Observed<LoginState>({ busy: false });
  private readonly desk: Desk;
  private readonly code: string;

  constructor(desk: Desk, code: string) {
    this.desk = desk;
    this.code = code;
  }

  async load(): Promise<void> {
    const trouble = await this.desk.attempt(async () => {
      this.state.set({ busy: false, asked: await this.desk.api.askedLogin(this.code) });
    });
    if (trouble !== undefined) this.state.set({ busy: false, trouble });
  }

  readonly answer = async (answer: wire.AnswerLogin["answer"]): Promise<void> => {
    const { asked, busy } = this.state.get();
    if (busy) return;
    this.state.set({ asked, busy: true });
    const trouble = await this.desk.attempt(() => this.desk.api.answerLogin(this.code, answer));
    this.state.set({ asked, busy: false, trouble, answered: trouble ? undefined : answer });
  };
}
