/** Inviting clients: the form, the link that comes of it, and what became of earlier ones. */
import { failureOf } from "../session/failures";
import type { Cancel } from "../session/ports";
import { sayable } from "../wire/blank";
import type * as wire from "../wire/types.gen";
import { type Context, troubleOf } from "./context";
import type {
  InviteFields,
  InviteForm,
  InviteLink,
  InvitesModel,
  InvitesState,
  InviteView,
  Standing,
} from "./invites";
import { Observed } from "./observable";
import type { Trouble } from "./people";

const MISSING: Trouble = { code: "missing" };
/** Where the server's answer belongs. */
const OF_ADDRESS = ["bad_address", "address_taken"];
const OF_NAME = ["bad_name"];
const LOOKS = 5;
const LOOK_MS = 1_000;

export class SessionInvites implements InvitesModel {
  readonly state: Observed<InvitesState>;
  private readonly context: Context;
  private readonly locale: "en" | "pl";
  private looking: Cancel | undefined;
  /** The clients that invites became, by invite. */
  private readonly clients = new Map<string, string>();

  /** `locale`: what the form begins with. */
  constructor(context: Context, locale: "en" | "pl", page: "list" | "form") {
    this.context = context;
    this.locale = locale;
    this.state = new Observed<InvitesState>({
      page,
      loading: true,
      invites: [],
      form: this.emptyForm(),
    });
  }

  watch(): Cancel {
    const { roster } = this.context.session;
    let known = roster.conversations.size;
    this.refresh();
    const stop = roster.changed.subscribe(() => {
      this.offerAnew();
      if (roster.conversations.size > known) this.lookAgain(LOOKS);
      known = roster.conversations.size;
    });
    return () => {
      stop();
      this.looking?.();
    };
  }

  refresh(): void {
    void this.attempt(() => this.load());
  }

  begin(): void {
    this.patch({ page: "form", form: this.emptyForm(), link: undefined });
  }

  back(): void {
    this.patch({ page: "list", link: undefined, trouble: undefined });
    this.refresh();
  }

  change(fields: Partial<InviteFields>): void {
    const { form } = this.state.get();
    const next = { ...form, ...fields };
    const reach = reachOf(next.address);
    const fits = next.way === "screen" || reach === undefined || next.way === reach;
    this.patch({
      form: {
        ...next,
        reach,
        way: fits ? next.way : reach,
        nameTrouble: "name" in fields ? undefined : form.nameTrouble,
        addressTrouble: "address" in fields ? undefined : form.addressTrouble,
        standing: "address" in fields ? undefined : form.standing,
        trouble: undefined,
      },
    });
  }

  async submit(besides = false): Promise<void> {
    const { form } = this.state.get();
    if (form.busy) return;
    const { name, org, address, locale, way } = form;
    const who = { name: sayable(name), address: sayable(address), locale, way };
    const body = besides ? { ...who, besides } : who;
    if (body.name === "" || body.address === "") {
      this.refuse({
        nameTrouble: body.name === "" ? MISSING : undefined,
        addressTrouble: body.address === "" ? MISSING : undefined,
      });
      return;
    }
    this.formChange({ busy: true, trouble: undefined });
    try {
      const firm = sayable(org);
      this.show(await this.api.invite(firm === "" ? body : { ...body, org: firm }));
    } catch (error) {
      const failure = failureOf(error);
      if (failure.name === "Refused" && failure.code === "already_invited") {
        this.formChange({ busy: false, standing: standingOf(failure.about.invite) });
      } else this.refuse({ busy: false, ...placed(troubleOf(failure)) });
    }
  }

  renew(id: string): Promise<void> {
    return this.changing(id, async ({ way }) => {
      this.show(await this.api.inviteAgain(id, { way }));
    });
  }

  revoke(id: string): Promise<void> {
    return this.changing(id, async () => {
      await this.api.revokeInvite(id);
      await this.load();
    });
  }

  async replace(id: string): Promise<void> {
    await this.revoke(id);
    await this.submit();
  }

  /** Who accepts is there as a conversation a moment before the invite is. */
  private lookAgain(looks: number): void {
    this.looking?.();
    const accepted = this.accepted();
    void this.attempt(() => this.load()).then(() => {
      if (looks <= 1 || this.accepted() > accepted) return;
      this.looking = this.context.session.clock.after(LOOK_MS, () => this.lookAgain(looks - 1));
    });
  }

  /** Whoever handed a client over writes to them no more. */
  private offerAnew(): void {
    const { invites, link } = this.state.get();
    const next = invites.map((each) => this.offered(each));
    const shown = link && { ...link, invite: this.offered(link.invite) };
    if (next.every((each, at) => each === invites[at]) && shown?.invite === link?.invite) return;
    this.patch({ invites: next, link: shown });
  }

  private offered(invite: InviteView): InviteView {
    const client = this.clients.get(invite.id);
    const person = client && this.context.book.mayServe(client) ? client : undefined;
    return person === invite.person ? invite : { ...invite, person };
  }

  private viewed(invite: wire.Invite): InviteView {
    if (invite.person !== undefined) this.clients.set(invite.id, invite.person);
    return this.offered(viewOf(invite));
  }

  private accepted(): number {
    return this.state.get().invites.filter(({ state }) => state === "accepted").length;
  }

  private get api() {
    return this.context.session.api;
  }

  private show(made: wire.Invite): void {
    const invite = this.viewed(made);
    const invites = [invite, ...this.state.get().invites.filter(({ id }) => id !== invite.id)];
    const link: InviteLink = { invite, link: made.link ?? "", firmAlike: made.org_alike };
    this.patch({ page: "link", link, invites, trouble: undefined });
  }

  private async load(): Promise<void> {
    const { invites } = await this.api.invites();
    const busy = new Set(this.state.get().invites.flatMap((each) => (each.busy ? each.id : [])));
    const views = invites.map((each) => ({ ...this.viewed(each), busy: busy.has(each.id) }));
    const { link } = this.state.get();
    const invite = views.find(({ id }) => id === link?.invite.id);
    this.patch({ invites: views, ...(link && invite ? { link: { ...link, invite } } : {}) });
  }

  private async changing(id: string, work: (invite: InviteView) => Promise<void>): Promise<void> {
    // The form names an open invite of one's own that the list may not have yet.
    if (this.listed(id) === undefined) await this.attempt(() => this.load());
    const invite = this.listed(id);
    if (invite?.busy) return;
    if (invite !== undefined) {
      this.mark(id, true);
      await this.attempt(() => work(invite));
      // What was refused is not as the list says.
      if (this.state.get().trouble !== undefined) await this.load().catch(failureOf);
      this.mark(id, false);
    }
    const { page, trouble } = this.state.get();
    if (page === "form") this.formChange({ trouble });
  }

  private listed(id: string): InviteView | undefined {
    return this.state.get().invites.find((each) => each.id === id);
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.patch({ loading: false, trouble: undefined });
    } catch (error) {
      this.patch({ loading: false, trouble: troubleOf(failureOf(error)) });
    }
  }

  private mark(id: string, busy: boolean): void {
    const { invites } = this.state.get();
    this.patch({ invites: invites.map((each) => (each.id === id ? { ...each, busy } : each)) });
  }

  private emptyForm(): InviteForm {
    const fields = { name: "", org: "", address: "", locale: this.locale, way: "mail" } as const;
    return { ...fields, busy: false, refusals: 0 };
  }

  private refuse(why: Partial<InviteForm>): void {
    this.formChange({ ...why, refusals: this.state.get().form.refusals + 1 });
  }

  private formChange(patch: Partial<InviteForm>): void {
    this.patch({ form: { ...this.state.get().form, ...patch } });
  }

  private patch(patch: Partial<InvitesState>): void {
    this.state.set({ ...this.state.get(), ...patch });
  }
}

/** What an address looks like, before the server has judged it. */
export function reachOf(address: string): "mail" | "sms" | undefined {
  if (address.includes("@")) return "mail";
  return /^\s*(\+|00)[\d\s().\-/]*\d/.test(address) ? "sms" : undefined;
}

function standingOf(own: wire.OpenInvite | undefined): Standing {
  return { own: own && { id: own.id, expiresAt: own.expires_at } };
}

function placed(trouble: Trouble): Partial<InviteForm> {
  if (OF_ADDRESS.includes(trouble.code)) return { addressTrouble: trouble };
  return OF_NAME.includes(trouble.code) ? { nameTrouble: trouble } : { trouble };
}

export function viewOf(invite: wire.Invite): InviteView {
  const { id, name, org, address, locale, way, state, created_at, expires_at, person } = invite;
  const times = { createdAt: created_at, expiresAt: expires_at };
  const undelivered = state === "open" && invite.sent === false;
  return { id, name, org, address, locale, way, state, ...times, person, undelivered, busy: false };
}
