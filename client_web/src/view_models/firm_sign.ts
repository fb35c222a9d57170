/** The firm's name and picture before anybody is signed in. */
import type { Api, Clock } from "../session/ports";

/** A screen that waits longer would rather do without: one that changed later would shift. */
const PATIENCE_MS = 1_500;
/** What the firm is called as long as nobody has named it. */
const UNNAMED = "OnRecord";

export interface FirmView {
  readonly name: string;
  /** WebP in base64. */
  readonly picture?: string | undefined;
}

export interface FirmSource {
  readonly api: Pick<Api, "firmSign">;
  readonly clock: Clock;
  /** Told the name as soon as it is known. */
  readonly named: (firm: string) => void;
}

export class FirmSign {
  private readonly source: FirmSource;
  private asked: Promise<FirmView | undefined> | undefined;

  constructor(source: FirmSource) {
    this.source = source;
  }

  /** Undefined: nobody has named it, or it did not come soon. Asked again only after a failure. */
  soon(): Promise<FirmView | undefined> {
    const { clock } = this.source;
    this.asked ??= this.ask();
    const late = new Promise<undefined>((done) => {
      clock.after(PATIENCE_MS, () => done(undefined));
    });
    return Promise.race([this.asked, late]);
  }

  private async ask(): Promise<FirmView | undefined> {
    try {
      const { name, picture } = await this.source.api.firmSign();
      this.source.named(name);
      return name === UNNAMED && picture === undefined ? undefined : { name, picture };
    } catch {
      this.asked = undefined;
      return undefined;
    }
  }
}
