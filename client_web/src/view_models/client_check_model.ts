/** An advisor's word for a client, and a client who comes in anew. */
import { failureOf } from "../session/failures";
import type { Cancel } from "../session/ports";
import type { ClientCheckModel, ClientCheckState, How } from "./client_check";
import { type Context, troubleOf } from "./context";
import type { InviteLink, InviteWay } from "./invites";
import { viewOf } from "./invites_model";
import { Observed } from "./observable";

export class AdvisorsCheck implements ClientCheckModel {
  readonly state: Observed<ClientCheckState>;
  private readonly context: Context;
  private readonly client: string;
  private readonly stop: Cancel;

  constructor(context: Context, client: string) {
    this.context = context;
    this.client = client;
    this.state = new Observed<ClientCheckState>({ client: context.book.view(client), busy: false });
    this.stop = context.session.roster.changed.subscribe(() => {
      const now = context.book.view(client);
      if (now !== this.state.get().client) this.change({ client: now });
    });
  }

  close(): void {
    this.stop();
  }

  confirm(how: How): Promise<void> {
    return this.attempt(() => this.context.session.api.confirmClient(this.client, { how }));
  }

  withdraw(): Promise<void> {
    return this.attempt(() => this.context.session.api.withdrawConfirmation(this.client));
  }

  async reset(typed: string, way: InviteWay): Promise<boolean> {
    const address = typed.trim();
    await this.attempt(async () => {
      const body = address === "" ? { way } : { way, address };
      const { invite, waiting } = await this.context.session.api.resetClient(this.client, body);
      const link: InviteLink | undefined = invite && {
        invite: viewOf(invite),
        link: invite.link ?? "",
      };
      this.change({ link, waiting });
    });
    return this.state.get().trouble === undefined;
  }

  withdrawReset(): Promise<void> {
    return this.attempt(async () => {
      await this.context.session.api.withdrawReset(this.client);
      this.change({ waiting: undefined });
    });
  }

  /** Without an answer what is shown stays. */
  async look(): Promise<void> {
    try {
      const { waiting } = await this.context.session.api.clientReset(this.client);
      this.change({ waiting });
    } catch (error) {
      failureOf(error);
    }
  }

  done(): void {
    this.change({ link: undefined, trouble: undefined });
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    if (this.state.get().busy) return;
    this.change({ busy: true, trouble: undefined });
    try {
      await work();
      this.change({ busy: false });
    } catch (error) {
      this.change({ busy: false, trouble: troubleOf(failureOf(error)) });
    }
  }

  private change(patch: Partial<ClientCheckState>): void {
    this.state.set({ ...this.state.get(), ...patch });
  }
}

/** Whether this person is the one who answers for the client of a conversation. */
export function answersHere({ session }: Context, conv: string): boolean {
  const owner = session.roster.conversations.get(conv)?.relationship?.owner;
  return owner === session.me.person.id;
}

/** For whom: the one who answers for a client, in their conversation. */
export function checkOf(context: Context, conv: string): AdvisorsCheck | undefined {
  const relationship = context.session.roster.conversations.get(conv)?.relationship;
  if (relationship === undefined || !answersHere(context, conv)) return undefined;
  return new AdvisorsCheck(context, relationship.client);
}
