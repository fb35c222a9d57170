/** Sets this person's own picture; the server tells this page of it as it does others. */
import { failureOf } from "../session/failures";
import type { Upload } from "../session/ports";
import { type Context, troubleOf } from "./context";
import { Observed } from "./observable";
import type { OwnPictureModel, OwnPictureState } from "./pictures";

export class SessionPicture implements OwnPictureModel {
  readonly state = new Observed<OwnPictureState>({ busy: false });
  private readonly context: Context;

  constructor(context: Context) {
    this.context = context;
  }

  readonly set = (file: Upload): Promise<void> =>
    this.doing("set", async () => {
      await this.context.session.api.setPicture(file);
    });

  readonly remove = (): Promise<void> =>
    this.doing("removed", () => this.context.session.api.removePicture());

  private async doing(done: "set" | "removed", work: () => Promise<void>): Promise<void> {
    if (this.state.get().busy) return;
    this.state.set({ busy: true });
    try {
      await work();
      this.state.set({ busy: false, done });
    } catch (error) {
      this.state.set({ busy: false, trouble: troubleOf(failureOf(error)) });
    }
  }
}
