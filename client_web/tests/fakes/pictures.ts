/** Pictures of people and of groups, as the fake server takes them. */
import { Refused } from "../../src/session/failures";
import type { Api } from "../../src/session/ports";
import type { Doors } from "./clients";
import { eventId } from "./event_ids";
import type { Draft } from "./journal";
import type { FakeServer } from "./server";

type PictureApi = Pick<
  Api,
  "setPicture" | "removePicture" | "setGroupPicture" | "removeGroupPicture"
>;

export class FakePictures {
  private readonly server: FakeServer;

  constructor(server: FakeServer) {
    this.server = server;
  }

  apiOf({ asked }: Doors): PictureApi {
    return {
      setPicture: ({ type }) =>
        asked((person) => {
          if (type !== "image/png") throw new Refused(400, "bad_picture", "No picture.");
          this.server.tell({ ...this.server.person(person), picture: "a".repeat(64) });
          return { picture: "a".repeat(64) };
        }),
      removePicture: () =>
        asked((person) => {
          const { picture: _, ...rest } = this.server.person(person);
          this.server.tell(rest);
        }),
      setGroupPicture: (conv, id, { type }) =>
        asked((actor) => {
          if (type !== "image/png") throw new Refused(400, "bad_picture", "No picture.");
          const sha256 = "b".repeat(64);
          const event_id = eventId(actor, id);
          this.server.record({ type: "group.pictured", conv, actor, event_id, sha256 } as Draft);
          return { picture: sha256 };
        }),
      removeGroupPicture: (conv, id) =>
        asked((actor) => {
          this.server.record({
            type: "group.pictured",
            conv,
            actor,
            event_id: eventId(actor, id),
          } as Draft);
        }),
    };
  }
}
