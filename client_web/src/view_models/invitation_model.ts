/** Accepting an advisor's invitation. */
import { failureOf, Refused, type Unreachable } from "../session/failures";
import type { Api, Clock } from "../session/ports";
import type * as wire from "../wire/types.gen";
import { ageOf, CodeEntry, isWrongCode } from "./code_entry_model";
import { type Agreed, type AskFirst, comeIn } from "./coming_in";
import { troubleOf } from "./context";
import type {
  InvitationModel,
  InvitationState,
  InvitationView,
  InviteKeeper,
  KeptInvite,
} from "./invitation";
import { noticeView } from "./notice";
import { Observed } from "./observable";

/** The link opens nothing more. */
const CLOSING = ["bad_invite", "address_taken"];

export interface InvitationOptions {
  readonly api: Pick<Api, "showInvitation" | "sendInvitationCode" | "acceptInvitation">;
  readonly clock: Clock;
  readonly invite: KeptInvite;
  readonly keeper: InviteKeeper;
  readonly device: string;
  /** Speaks the invitation's language from now on. */
  readonly speak: (locale: string) => Promise<void>;
  readonly askFirst: AskFirst;
  readonly accepted: (me: wire.Me) => Promise<void>;
  readonly goOn: () => void;
}

export class OpenInvitation implements InvitationModel {
  readonly state = new Observed<InvitationState>({ step: "loading" });
  private readonly options: InvitationOptions;
  private shown: wire.Invitation | undefined;
  /** What is kept of the link. */
  private kept: KeptInvite;
  private entry: CodeEntry | undefined;
  /** A code that was typed, and not used because the notice had changed. */
  private typed: string | undefined;

  constructor(options: InvitationOptions) {
    this.options = options;
    this.kept = options.invite;
  }

  async retry(): Promise<void> {
    this.state.set({ step: "loading" });
    try {
      const shown = await this.read();
      await this.options.speak(this.kept.locale ?? shown.locale);
      const sent = this.keptCode(shown);
      if (sent === undefined) this.show(shown, false);
      else this.enterCode(shown, sent.sent, sent.age);
    } catch (error) {
      this.fail(failureOf(error));
    }
  }

  async accept(): Promise<void> {
    const { shown } = this;
    const state = this.state.get();
    if (shown === undefined || state.step !== "notice" || state.busy) return;
    this.state.set({ ...state, busy: true, trouble: undefined });
    try {
      if (this.typed !== undefined) await this.redeem(this.typed);
      else this.enterCode(shown, await this.send());
    } catch (error) {
      this.refused(failureOf(error));
    }
  }

  async readIn(locale: "en" | "pl"): Promise<void> {
    const state = this.state.get();
    if (state.step !== "notice" || this.shown?.notice.locale === locale) return;
    this.keep({ ...this.kept, locale });
    try {
      const shown = await this.ask();
      const now = this.state.get();
      // What was accepted meanwhile is the text that was there.
      if (now.step !== "notice" || now.busy) return;
      this.shown = shown;
      this.state.set({ ...now, invitation: viewOf(shown) });
    } catch (error) {
      const failure = failureOf(error);
      // Where nobody answers, the text that is there goes on.
      if (CLOSING.includes(failure.code)) this.fail(failure);
    }
  }

  goOn(): void {
    this.leave();
    this.options.goOn();
  }

  /** Lets go of timers and of what is kept. */
  private leave(): void {
    this.entry?.end();
    this.options.keeper.forget();
  }

  private async read(): Promise<wire.Invitation> {
    this.shown = await this.ask();
    return this.shown;
  }

  private ask(): Promise<wire.Invitation> {
    const { token, locale } = this.kept;
    const wish = locale === undefined ? { invite: token } : { invite: token, locale };
    return this.options.api.showInvitation(wish);
  }

  private async send(): Promise<wire.CodeSent> {
    const { api, invite, clock } = this.options;
    const sent = await api.sendInvitationCode({ invite: invite.token });
    const notice = this.shown?.notice.sha256 ?? "";
    this.keep({ ...this.kept, code: { sent, at: clock.now(), notice } });
    return sent;
  }

  private keep(kept: KeptInvite): void {
    this.kept = kept;
    this.options.keeper.keep(kept);
  }

  private async redeem(code: string): Promise<void> {
    const { api, invite, device, accepted, askFirst } = this.options;
    const notice = this.shown?.notice.sha256 ?? "";
    try {
      const body = { invite: invite.token, code, notice, device };
      const come = (agreed: Agreed) => api.acceptInvitation({ ...body, ...agreed });
      const me = await comeIn(come, askFirst);
      this.leave();
      await accepted(me);
    } catch (error) {
      const failure = failureOf(error);
      if (failure.code === "notice_changed") await this.reread(code);
      else if (CLOSING.includes(failure.code)) this.fail(failure);
      else throw error;
    }
  }

  /** Shows the new text; the code that was typed goes with its acceptance. */
  private async reread(code: string): Promise<void> {
    const shown = await this.read();
    this.typed = code;
    this.show(shown, true);
  }

  /** The accepting went wrong. */
  private refused(failure: Refused | Unreachable): void {
    const state = this.state.get();
    if (CLOSING.includes(failure.code)) this.fail(failure);
    else if (isWrongCode(failure) && this.shown && this.entry) {
      this.typed = undefined;
      this.entry.refuse(troubleOf(failure));
      this.state.set({ step: "code", invitation: viewOf(this.shown), code: this.entry });
    } else if (state.step === "notice") {
      this.state.set({ ...state, busy: false, trouble: troubleOf(failure) });
    }
  }

  private fail(failure: Refused | Unreachable): void {
    const trouble = troubleOf(failure);
    // What the server does not take for a token will not be one later.
    const bad = failure instanceof Refused && failure.status === 400;
    if (!bad && !CLOSING.includes(failure.code)) this.state.set({ step: "failed", trouble });
    else {
      this.leave();
      this.state.set({ step: "closed", trouble: bad ? { code: "bad_invite" } : trouble });
    }
  }

  private show(shown: wire.Invitation, changed: boolean): void {
    this.state.set({ step: "notice", invitation: viewOf(shown), changed, busy: false });
  }

  private enterCode(shown: wire.Invitation, sent: wire.CodeSent, age?: number): void {
    this.entry?.end();
    this.typed = undefined;
    this.entry = new CodeEntry({
      clock: this.options.clock,
      sent,
      age,
      send: () => this.send(),
      redeem: (code) => this.redeem(code),
    });
    this.state.set({ step: "code", invitation: viewOf(shown), code: this.entry });
  }

  /** The code that was sent before the page went away, as long as it works. */
  private keptCode(shown: wire.Invitation) {
    const { code } = this.kept;
    if (code?.notice !== shown.notice.sha256) return undefined;
    const age = ageOf(code, this.options.clock);
    return age === undefined ? undefined : { sent: code.sent, age };
  }
}

function viewOf(shown: wire.Invitation): InvitationView {
  const { advisor, firm, address, way } = shown;
  return {
    advisor,
    advisorId: shown.advisor_id,
    advisorTitle: shown.advisor_title,
    advisorPicture: shown.advisor_picture,
    firm,
    firmPicture: shown.firm_picture,
    address,
    way,
    notice: noticeView(shown.notice),
  };
}
