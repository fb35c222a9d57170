import { expect, test } from "vitest";
import type { InviteView } from "./invites";
import { invitesFound } from "./invites_found";

const made = { locale: "pl", way: "mail", state: "open", undelivered: false, busy: false } as const;

function invite(id: string, name: string, address: string, org?: string): InviteView {
  return { ...made, id, name, address, org, createdAt: "", expiresAt: "" };
}

const ALL = [
  invite("1", "Ewa Łęcka", "ewa@example.com"),
  invite("2", "Jan Kos", "+48 601 234 567", "Berg Maritime"),
];

test.each([
  ["", ["1", "2"]],
  ["lecka", ["1"]],
  ["ewa@exa", ["1"]],
  ["601 2", ["2"]],
  ["berg kos", ["2"]],
  ["nobody", []],
])("%j finds invites by name, firm and address", (query, found) => {
  expect(invitesFound(ALL, query).map(({ id }) => id)).toEqual(found);
});
