/** Listing and revoking the tokens that act as oneself. */
import { failureOf } from "../session/failures";
import type * as wire from "../wire/types.gen";
import { type Context, troubleOf } from "./context";
import { Observed } from "./observable";
import type { OwnTokensModel, OwnTokensState, TokenWish } from "./own_tokens";
import type { Trouble } from "./people";

export class SessionTokens implements OwnTokensModel {
  readonly state = new Observed<OwnTokensState>({
    tokens: [],
    bots: [],
    making: false,
    known: false,
  });
  private readonly context: Context;
  private tokens: readonly wire.OwnToken[] | undefined;
  private bots: readonly wire.OwnBot[] = [];
  private made: OwnTokensState["made"];
  private making = false;
  private readonly ending = new Set<string>();

  constructor(context: Context) {
    this.context = context;
    void this.refresh();
  }

  refresh(): Promise<void> {
    return this.attempt(() => this.context.session.api.ownTokens());
  }

  async make({ bot, ...wish }: TokenWish): Promise<boolean> {
    if (this.making) return false;
    this.making = true;
    this.made = undefined;
    this.show();
    const asked = { ...wish, ...(bot && { bots: [bot] }) };
    await this.attempt(async () => {
      const { api } = this.context.session;
      const [token] = (await api.makeTokens(asked)).tokens;
      if (token?.secret !== undefined) this.made = { name: token.name, secret: token.secret };
      this.making = false;
      return api.ownTokens();
    });
    this.making = false;
    this.show(this.state.get().trouble);
    return this.made !== undefined;
  }

  async revoke(id: string): Promise<void> {
    if (this.ending.has(id)) return;
    this.ending.add(id);
    this.show();
    await this.attempt(() => this.context.session.api.revokeOwnToken(id));
    this.ending.delete(id);
    const { trouble } = this.state.get();
    if (trouble?.code === "no_such_token") {
      this.tokens = this.tokens?.filter((token) => token.id !== id);
    }
    this.show(trouble);
  }

  private async attempt(ask: () => Promise<wire.OwnTokens>): Promise<void> {
    try {
      const own = await ask();
      this.tokens = own.tokens;
      this.bots = own.bots;
      this.show();
    } catch (error) {
      this.show(troubleOf(failureOf(error)));
    }
  }

  private show(trouble?: Trouble): void {
    this.state.set({
      known: this.tokens !== undefined,
      bots: this.bots,
      made: this.made,
      making: this.making,
      tokens: (this.tokens ?? []).map(({ id, name, created_at, used_at, expires_at, bot }) => ({
        id,
        name,
        madeAt: created_at,
        usedAt: used_at,
        until: expires_at,
        bot: this.bots.find((one) => one.id === bot)?.name,
        busy: this.ending.has(id),
      })),
      trouble,
    });
  }
}
