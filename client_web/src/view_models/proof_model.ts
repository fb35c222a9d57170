/** A code before something that asks for a fresh proof of who one is. */
import { failureOf } from "../session/failures";
import type { Api, Clock } from "../session/ports";
import { CodeEntry } from "./code_entry_model";
import { troubleOf } from "./context";
import { Observed } from "./observable";
import type { ProofModel, ProofState } from "./proof";

export interface ProofOptions {
  readonly api: Pick<Api, "sendProofCode" | "prove">;
  readonly clock: Clock;
  readonly proved: () => void;
}

export class SessionProof implements ProofModel {
  readonly state = new Observed<ProofState>({});
  private readonly options: ProofOptions;
  private code: CodeEntry | undefined;

  constructor(options: ProofOptions) {
    this.options = options;
    void this.send();
  }

  again(): void {
    void this.send();
  }

  close(): void {
    this.code?.end();
  }

  private async send(): Promise<void> {
    const { api, clock, proved } = this.options;
    this.state.set({});
    const send = () => api.sendProofCode();
    try {
      const redeem = async (code: string) => {
        await api.prove({ code });
        this.close();
        proved();
      };
      this.code = new CodeEntry({ clock, sent: await send(), send, redeem });
      this.state.set({ code: this.code });
    } catch (error) {
      this.state.set({ trouble: troubleOf(failureOf(error)) });
    }
  }
}
