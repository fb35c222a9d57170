/** Scenes of what is told in passing: short notes over a search, new devices, what cannot be chosen. */
import type { Scene } from "./fakes";
import { client, me } from "./people";
import { arranged, at, isKept, talk } from "./rows";
import { few, hits, SCENES } from "./scenes";

const noted: Scene = { items: few, ...SCENES.toasts };

export const NOTED_SCENES: Readonly<Record<string, Scene>> = {
  "find-noted": { ...noted, find: { query: "the", at: 0 }, press: ["find.title"] },
  "search-noted": {
    items: few,
    list: { query: "tranche", hits },
    toasts: noted.toasts ?? [],
  },
  "new-device": {
    items: few,
    open: "c-client",
    rows: arranged([
      ...talk(5, client).filter(isKept),
      {
        kind: "notice",
        key: "d1",
        type: "device.added",
        actor: client,
        device: "Safari, iPhone",
        at: at(2),
      },
      {
        kind: "notice",
        key: "d0",
        type: "notice.accepted",
        actor: client,
        person: client,
        since: at(60 * 24 * 3),
        at: at(2),
      },
      {
        kind: "notice",
        key: "d2",
        type: "device.added",
        actor: me,
        device: "Chrome, Android",
        at: at(1),
      },
    ]),
  },
  "invites-form-phone": {
    items: few,
    inviting: { name: "Halina Brzeska", address: "+48 601 234 567", way: "sms", reach: "sms" },
    press: ["invites.title", "invites.begin"],
  },
  "invites-form-refused": {
    items: few,
    inviting: {
      address: "halina@",
      refusals: 1,
      nameTrouble: { code: "missing" },
      addressTrouble: { code: "bad_address" },
      trouble: { code: "archive_unavailable" },
    },
    press: ["invites.title", "invites.begin"],
  },
};
