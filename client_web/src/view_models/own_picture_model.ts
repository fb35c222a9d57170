/** Sets this person's own picture, and shows it at once. */
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
    const { api, roster } = this.context.session;
    this.state.set({ busy: true });
    try {
      await work();
      roster.setPeople(await api.people());
      this.state.set({ busy: false, done });
    } catch (error) {
      this.state.set({ busy: false, trouble: troubleOf(failureOf(error)) });
    }
  }
}
