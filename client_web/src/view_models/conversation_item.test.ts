import { expect, test } from "vitest";
import { scene } from "../../tests/fakes/scene";
import { ANNA, BEN, CLARA } from "../../tests/fakes/world";
import { type Conversation, counted } from "../session/conversation";
import type { Member } from "../wire/types.gen";
import { ticks } from "./conversation_item";

/** Somebody who came with the event of this number, and has read up to a message. */
function member(person: string, joined_seq: number, read: number): Member {
  const joined_at = "2026-11-24T09:00:00.000000Z";
  return { person, read, delivered: read, joined_at, joined_seq };
}

function group(...members: Member[]): Conversation {
  return counted({
    ...{ id: "1".repeat(32), kind: "group", members, outside: false },
    ...{ last_seq: 9, last_msg_no: 3, read: 3, unread: 0, left: false },
  });
}

test("what all had read stays read though somebody comes who has yet to read it", () => {
  const anna = member(ANNA, 1, 3);
  const before = ticks(group(anna, member(BEN, 1, 2)), ANNA);
  // Clara was added as event 4, with what was said before.
  const after = ticks(group(anna, member(CLARA, 4, 0), member(BEN, 1, 2)), ANNA);
  const said = { msg_no: 2, conv_seq: 3 };
  expect([before(said), after(said)]).toEqual(["read", "read"]);
});

test("what is said after somebody came waits for them too", () => {
  const members = [member(ANNA, 1, 3), member(BEN, 1, 3)];
  const said = { msg_no: 3, conv_seq: 5 };
  expect(ticks(group(...members, member(CLARA, 4, 2)), ANNA)(said)).toBe("recorded");
  expect(ticks(group(...members, member(CLARA, 4, 3)), ANNA)(said)).toBe("read");
});

test("what was said to nobody waits for all who came", () => {
  const said = { msg_no: 1, conv_seq: 2 };
  const came = (read: number) =>
    group(member(ANNA, 1, 1), member(BEN, 3, 1), member(CLARA, 4, read));
  expect(ticks(came(0), ANNA)(said)).toBe("recorded");
  expect(ticks(came(1), ANNA)(said)).toBe("read");
});

test("who came before servers said when counts for everything", () => {
  const { joined_seq: _none, ...ben } = member(BEN, 1, 2);
  const tickOf = ticks(group(member(ANNA, 1, 3), ben), ANNA);
  expect([2, 3].map((msg_no) => tickOf({ msg_no, conv_seq: msg_no + 1 }))).toEqual([
    "read",
    "recorded",
  ]);
});

test("the list shows what was edited and removed without a line, as the log does", async () => {
  const { world, conv, page } = await scene(0);
  await page.open(conv);
  page.write("at nine");
  await world.pass(500);
  const preview = () => page.chat.list.state.get().items[0]?.preview;
  page.browser.network.set(false);
  world.server.cut();
  await world.pass(100);
  const { composer, timeline } = page.conversation;
  composer.editLast();
  composer.setText("at ten");
  composer.send();
  await world.pass(100);
  expect([page.messages[0]?.text, preview()]).toMatchObject(["at ten", { text: "at ten" }]);
  timeline.remove(page.messages[0]?.eventId ?? "");
  await world.pass(100);
  expect([page.messages[0]?.removed, preview()]).toMatchObject([true, { kind: "removed" }]);
});

test("an edit that was refused is not what the list shows", async () => {
  const { world, conv, page } = await scene(0);
  await page.open(conv);
  page.write("at nine");
  await world.pass(500);
  world.server.refuse = ({ id }) => ({ t: "nack", id, code: "edit_window_over", detail: "Late." });
  page.conversation.composer.editLast();
  page.write("at ten");
  await world.pass(500);
  expect(page.messages[0]).toMatchObject({ text: "at nine", changeTrouble: { detail: "Late." } });
  expect(page.chat.list.state.get().items[0]?.preview).toMatchObject({ text: "at nine" });
});
