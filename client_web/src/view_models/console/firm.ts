/** What the firm is called and looks like, for administrators: on screen, in letters, on invitations. */
import type { Upload } from "../../session/ports";
import { Observed } from "../observable";
import type { Trouble } from "../people";
import { pictureAt } from "../pictures";
import type { Desk } from "./desk";

export interface FirmState {
  /** Undefined until it is fetched. */
  readonly name?: string | undefined;
  /** The firm that employees belong to; a setting. */
  readonly org?: string | undefined;
  readonly picture?: string | undefined;
  readonly busy: boolean;
  readonly done?: "named" | "picture" | "picture_removed" | undefined;
  readonly trouble?: Trouble | undefined;
}

export class FirmLook {
  readonly state = new Observed<FirmState>({ busy: false });
  private readonly desk: Desk;

  constructor(desk: Desk) {
    this.desk = desk;
  }

  readonly load = async (): Promise<void> => {
    const trouble = await this.desk.attempt(() => this.refresh());
    if (trouble !== undefined) this.change({ trouble });
  };

  readonly rename = (name: string): Promise<boolean> =>
    this.doing("named", () => this.desk.api.nameFirm({ name }));

  readonly setPicture = (file: Upload): Promise<boolean> =>
    this.doing("picture", async () => {
      await this.desk.api.setFirmPicture(file);
    });

  readonly removePicture = (): Promise<boolean> =>
    this.doing("picture_removed", () => this.desk.api.removeFirmPicture());

  private async doing(done: FirmState["done"], work: () => Promise<void>): Promise<boolean> {
    if (this.state.get().busy) return false;
    this.change({ busy: true, done: undefined, trouble: undefined });
    const trouble = await this.desk.attempt(async () => {
      await work();
      await this.refresh();
    });
    this.change({ busy: false, trouble, done: trouble === undefined ? done : undefined });
    return trouble === undefined;
  }

  private async refresh(): Promise<void> {
    const { name, org, picture } = await this.desk.api.firm();
    this.change({ name, org, picture: pictureAt(picture) });
  }

  private change(part: Partial<FirmState>): void {
    this.state.set({ ...this.state.get(), ...part });
  }
}
