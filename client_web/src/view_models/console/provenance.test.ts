/** Where an account comes from, as an approver reads it: nothing is claimed that is not known. */
import { describe, expect, test } from "vitest";
import type * as wire from "../../wire/types.gen";
import { askersPart, provenanceLines } from "./provenance";

const AT = "2026-11-24T10:00:00.000000Z";
const byAdam = { at: AT, by: "Adam" };
const first: wire.FirstSignIn = { at: AT, auth: "link", device: "Firefox", address: "10.0.0.7" };
const nothing: wire.Provenance = { links: [], enrolled: false, by_asker: [] };
const request = (provenance?: Partial<wire.Provenance>, more: Partial<wire.ApprovalRequest> = {}) =>
  ({
    ...more,
    ...(provenance === undefined ? {} : { provenance: { ...nothing, ...provenance } }),
  }) as wire.ApprovalRequest;
const said = (provenance?: Partial<wire.Provenance>) =>
  provenanceLines(request(provenance)).map((line) => `${line.part} ${line.said}`);

describe("what is said of an account", () => {
  test("who added it, who made its first links, and the first sign-in", () => {
    const links = [byAdam, { at: AT, by: "Ola" }];
    const known = { added: byAdam, links, enrolled: true, first_sign_in: first };
    expect(provenanceLines(request(known))).toEqual([
      { part: "added", said: "by", step: byAdam },
      { part: "link", said: "by", step: byAdam },
      { part: "link", said: "by", step: links[1] },
      { part: "first", said: "came", signIn: first },
    ]);
  });

  test("what two agreed on, and what was done at the server's own shell", () => {
    const links = [{ ...byAdam, asked_by: "Ola" }];
    expect(said({ added: { at: AT }, links })).toEqual([
      "added server",
      "link agreed",
      "first not_yet",
    ]);
  });

  test("what did not happen yet, and what is not on record, are told apart", () => {
    expect(said({ added: byAdam })).toEqual(["added by", "link no_link", "first not_yet"]);
    expect(said({ enrolled: true })).toEqual([
      "added unknown_added",
      "link unknown",
      "first unknown",
    ]);
  });

  test("no link of who came in another way, and nothing of somebody who is not there yet", () => {
    const first_sign_in = { ...first, auth: "code" } as const;
    const client = { added: byAdam, enrolled: true, first_sign_in };
    expect(said(client)).toEqual(["added by", "first came"]);
    expect(said()).toEqual([]);
  });
});

test("who may approve is told what whoever asks had done, and nobody else", () => {
  expect(askersPart(request({ by_asker: ["added"] }))).toBe("added");
  expect(askersPart(request({ by_asker: ["link"] }))).toBe("link");
  expect(askersPart(request({ by_asker: ["added", "link"] }))).toBe("both");
  expect(askersPart(request({}))).toBeUndefined();
  expect(askersPart(request())).toBeUndefined();
  for (const more of [{ own: true }, { about_oneself: true }]) {
    expect(askersPart(request({ by_asker: ["added"] }, more))).toBeUndefined();
  }
});
