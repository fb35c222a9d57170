/** The console: signed in or not, and where in it. */
import { failureOf, Refused, sessionRefused } from "../../session/failures";
import type { Cancel, Clock } from "../../session/ports";
import type * as wire from "../../wire/types.gen";
import { type Kept, troubleOf } from "../context";
import { Observed } from "../observable";
import type { FirstPasswordModel, OwnPasswordModel } from "../own_password";
import { FirstPassword, SessionPassword } from "../own_password_model";
import type { Trouble } from "../people";
import { type RoleCodeModel, SessionRoleCode } from "../role_code";
import { reasonOf, type SignInModel, type SignInReason } from "../sign_in";
import { ServerSignIn } from "../sign_in_model";
import type { Somebody, SwitchModel } from "../switching";
import { AccountNotices, isTold, type ToldModel } from "../told";
import { AccountList } from "./accounts";
import { CaseList } from "./cases";
import { ComplaintList } from "./complaints";
import { Desk } from "./desk";
import { Destinations } from "./destinations";
import { FirmLook } from "./firm";
import { OfficeHours } from "./hours";
import { ImportPeople } from "./import_people";
import { LoginRequest } from "./login";
import { NoticeTexts } from "./notices";
import { fragmentOf, movedTo, type Place, placeFor, placeOf } from "./place";
import type { Address, ConsoleApi } from "./ports";
import { ReportList } from "./reports";
import { Streams } from "./streams";
import { Workbench } from "./workbench";

interface SignedIn {
  readonly me: wire.Me;
  readonly desk: Desk;
}

export type ConsoleScreen =
  | { readonly kind: "starting" }
  | { readonly kind: "sign_in"; readonly model: SignInModel }
  | { readonly kind: "switch"; readonly model: SwitchModel }
  | { readonly kind: "told"; readonly model: ToldModel }
  | { readonly kind: "role"; readonly model: RoleCodeModel }
  /** Nobody has a password before they chose one; later they may choose another. */
  | { readonly kind: "first_password"; readonly model: FirstPasswordModel }
  | ({ readonly kind: "password"; readonly model: OwnPasswordModel } & SignedIn)
  | ({ readonly kind: "cases"; readonly model: CaseList; readonly goOn: boolean } & SignedIn)
  | ({ readonly kind: "case"; readonly model: Workbench; readonly place: Place } & SignedIn)
  | ({ readonly kind: "complaints"; readonly model: ComplaintList } & SignedIn)
  | ({ readonly kind: "reports"; readonly model: ReportList } & SignedIn)
  | ({ readonly kind: "destinations"; readonly model: Destinations } & SignedIn)
  | ({ readonly kind: "people"; readonly model: AccountList } & SignedIn)
  | ({ readonly kind: "import"; readonly model: ImportPeople } & SignedIn)
  | ({ readonly kind: "notices"; readonly model: NoticeTexts } & SignedIn)
  | ({ readonly kind: "firm"; readonly model: FirmLook } & SignedIn)
  | ({ readonly kind: "hours"; readonly model: OfficeHours } & SignedIn)
  | ({ readonly kind: "streams"; readonly model: Streams } & SignedIn)
  | ({ readonly kind: "login"; readonly model: LoginRequest } & SignedIn);

export interface ConsoleOptions {
  readonly api: ConsoleApi;
  readonly address: Address;
  readonly clock: Clock;
  readonly deviceName: string;
  /** The time zone of this device. */
  readonly zone: string;
  readonly takeLink: () => string | undefined;
  /** Who was signed in in this tab last. */
  readonly wasHere: Kept<Somebody | undefined>;
}

export class Console {
  readonly screen = new Observed<ConsoleScreen>({ kind: "starting" });
  private readonly options: ConsoleOptions;
  private signedIn: SignedIn | undefined;
  private bench: Workbench | undefined;
  /** What goes on by itself on the screen that is shown. */
  private shown: { close(): void } | undefined;
  private unwatch: Cancel | undefined;

  constructor(options: ConsoleOptions) {
    this.options = options;
    options.address.subscribe(() => this.arrive());
  }

  async start(): Promise<void> {
    const link = this.options.takeLink();
    if (link !== undefined) {
      const model = this.signInModel();
      this.screen.set({ kind: "sign_in", model });
      return model.byLink(link);
    }
    return this.ask();
  }

  /** Who is signed in in this browser, as the server says. */
  private async ask(): Promise<void> {
    try {
      this.options.api.speakFor(undefined);
      await this.enter(await this.options.api.me());
    } catch (error) {
      const failure = failureOf(error);
      this.askToSignIn(undefined, sessionRefused(failure) ? undefined : troubleOf(failure));
    }
  }

  readonly signOut = async (): Promise<void> => {
    try {
      await this.options.api.signOut();
    } catch (error) {
      // Unreachable: the cookie stays, so the person must know. A refusal means it is over anyway.
      if (!(failureOf(error) instanceof Refused))
        return this.askToSignIn(undefined, { code: "offline" });
    }
    this.askToSignIn("signed_out");
  };

  readonly go = (place: Place, step: boolean): void => {
    const { address } = this.options;
    const fragment = fragmentOf(place);
    if (step && address.read() !== fragment) address.push(fragment);
    else address.replace(fragment);
    this.arrive();
  };

  /** Asks about a command line's code. */
  readonly confirmLogin = (code: string): void =>
    this.go({ kind: "login", code: code.trim() }, true);

  /** The view is another officer's: the cases, to go on with it in one's own. */
  readonly otherCase = (): void => {
    this.go({ kind: "cases", next: this.options.address.read() }, true);
  };

  private signInModel(reason?: SignInReason, trouble?: Trouble): ServerSignIn {
    const { api, deviceName: device } = this.options;
    api.speakFor(undefined);
    const model: ServerSignIn = new ServerSignIn({
      ...{ api, device, reason, trouble },
      signedIn: (me) => this.knowingly(me),
      askFirst: ({ here, link }) =>
        new Promise((agree) => {
          const goOn = () => {
            this.screen.set({ kind: "sign_in", model });
            agree();
          };
          const stay = () => void this.ask();
          this.screen.set({
            kind: "switch",
            model: { here: here.name, next: link.name, goOn, stay },
          });
        }),
    });
    return model;
  }

  /** Somebody signed in in this tab, and knows as whom. */
  private knowingly(me: wire.Me): Promise<void> {
    this.options.wasHere.set(undefined);
    return this.enter(me);
  }

  /** The session is over; or another tab made this browser somebody else's, and that is said. */
  private over(code: string): void {
    if (code === "other_person") {
      this.close();
      this.screen.set({ kind: "starting" });
      void this.ask();
    } else this.askToSignIn(reasonOf(code));
  }

  private close(): void {
    this.leave();
    this.unwatch?.();
    this.signedIn = undefined;
  }

  private askToSignIn(reason?: SignInReason, trouble?: Trouble): void {
    this.close();
    this.options.wasHere.set(undefined);
    this.screen.set({ kind: "sign_in", model: this.signInModel(reason, trouble) });
  }

  /** Shows the form for another password; the bar leads back. */
  readonly choosePassword = (): void => {
    if (this.signedIn === undefined) return;
    this.leave();
    const model = new SessionPassword(this.options.api);
    this.screen.set({ kind: "password", model, ...this.signedIn });
  };

  private async enter(me: wire.Me): Promise<void> {
    const { api, wasHere } = this.options;
    const { id, name } = me.person;
    const ended = (code: string) => this.over(code);
    api.speakFor(id);
    if (me.password === "due") {
      const model = new FirstPassword({ api, me, chosen: (chosen) => this.enter(chosen), ended });
      this.screen.set({ kind: "first_password", model });
      return;
    }
    const was = wasHere.get();
    if (was !== undefined && was.id !== id) {
      const goOn = () => void this.knowingly(me);
      this.screen.set({ kind: "switch", model: { here: was.name, next: name, goOn } });
      return;
    }
    wasHere.set({ id, name });
    if (isTold(me)) {
      const model = new AccountNotices({ api, me, read: (rest) => this.enter(rest), ended });
      return this.screen.set({ kind: "told", model });
    }
    if (me.role_waits !== undefined) {
      const goOn = (rest: wire.Me) => this.enter(rest);
      const model = new SessionRoleCode({ api, me, waits: me.role_waits, goOn, ended });
      return this.screen.set({ kind: "role", model });
    }
    const desk = new Desk(api, ended);
    const officer = me.person.role === "compliance";
    this.signedIn = { me, desk };
    await desk.load(officer);
    if (officer || me.person.role === "administrator") void desk.lookForLinks();
    if (officer) this.unwatch = desk.watchComplaints(this.options.clock);
    this.arrive();
  }

  /** Shows what the address says, as far as it is for this person. */
  private arrive(): void {
    if (this.signedIn === undefined) return;
    const { role } = this.signedIn.me.person;
    const place = placeFor(role, placeOf(this.options.address.read()));
    if (place.kind === "case") {
      this.arriveAtCase(this.signedIn, place);
      return;
    }
    this.leave();
    const screen = this.screenOf(place, this.signedIn);
    this.screen.set(screen);
    void screen.model.load();
  }

  private screenOf(place: Exclude<Place, { kind: "case" }>, signedIn: SignedIn) {
    const { desk } = signedIn;
    switch (place.kind) {
      case "login":
        return { kind: place.kind, model: new LoginRequest(desk, place.code), ...signedIn };
      case "people": {
        const go = (next: Place) => this.go(next, true);
        const model = new AccountList(desk, this.options.clock, place.person, go);
        this.shown = model;
        return { kind: place.kind, model, ...signedIn };
      }
      case "import":
        return { kind: place.kind, model: new ImportPeople(desk), ...signedIn };
      case "notices":
        return { kind: place.kind, model: new NoticeTexts(desk), ...signedIn };
      case "firm":
        return { kind: place.kind, model: new FirmLook(desk), ...signedIn };
      case "hours":
        return { kind: place.kind, model: new OfficeHours(desk, this.options.zone), ...signedIn };
      case "complaints": {
        const { clock, address } = this.options;
        const said = (at: Place) => address.replace(fragmentOf(at));
        const go = (to: Place) => this.go(to, true);
        const model = new ComplaintList({ desk, clock, fields: place.fields, said, go });
        return { kind: place.kind, model, ...signedIn };
      }
      case "reports": {
        const model = new ReportList(desk, (to) => this.go(to, true));
        return { kind: place.kind, model, ...signedIn };
      }
      case "destinations": {
        const administers = signedIn.me.person.role === "administrator";
        const model = new Destinations(desk, this.options.clock, administers);
        this.shown = model;
        return { kind: place.kind, model, ...signedIn };
      }
      case "streams":
        return { kind: place.kind, model: new Streams(desk, place.stream), ...signedIn };
      case "cases": {
        const model = new CaseList(desk, (id) => this.go(movedTo(id, place.next), true));
        return { kind: place.kind, model, goOn: place.next !== undefined, ...signedIn };
      }
    }
  }

  private arriveAtCase({ me, desk }: SignedIn, place: Extract<Place, { kind: "case" }>): void {
    if (this.bench?.id === place.id) {
      this.bench.arrive(place);
    } else {
      this.leave();
      this.bench = new Workbench(desk, me, this.options.clock, place, this.go);
      void this.bench.start();
    }
    this.screen.set({ kind: "case", model: this.bench, place, me, desk });
  }

  private leave(): void {
    this.bench?.close();
    this.bench = undefined;
    this.shown?.close();
    this.shown = undefined;
  }
}
