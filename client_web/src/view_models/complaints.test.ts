import { expect, test } from "vitest";
import { Page } from "../../tests/fakes/chat";
import type { Draft } from "../../tests/fakes/journal";
import { ANNA, BEN, CLARA, World } from "../../tests/fakes/world";
import type * as wire from "../wire/types.gen";
import type { ComplaintsModel } from "./complaints";
import type { MessageRow, NoticeRow } from "./timeline";

const REASON = "Nobody told me of this fee.";

interface Opened {
  readonly world: World;
  readonly conv: string;
  readonly page: Page;
  readonly complaints: ComplaintsModel;
}

async function opened(person: string, ...members: string[]): Promise<Opened> {
  const world = new World();
  const conv = world.group(...members);
  const page = new Page(world, person);
  await world.pass(5_000);
  await page.open(conv);
  return { world, conv, page, complaints: page.conversation.complaints };
}

async function filed(of: Opened, target?: string): Promise<void> {
  const { complaints, world } = of;
  complaints.begin(target);
  complaints.choose("fees");
  complaints.write(REASON);
  complaints.file("pl");
  await world.pass(1_000);
}

/** A message as a page shows it. */
function row(page: Page, eventId: string): MessageRow {
  const found = page.messages.find((each) => each.eventId === eventId);
  if (found === undefined) throw new Error("it is not shown");
  return found;
}

test("what it is about is there in each language, in a line that stays the same", async () => {
  const clara = await opened(CLARA, ANNA, CLARA);
  await filed(clara);
  const { world, conv, page } = clara;
  const [line] = linesOf(page);
  const words = { en: "Fees and charges", pl: "Opłaty i prowizje" };
  expect(line).toMatchObject({ complaint: { words } });
  world.say(conv, ANNA, "I will look at it.");
  await world.pass(1_000);
  expect(linesOf(page)[0]).toBe(line);
});

/** The lines of complaints in a page's conversation. */
function linesOf(page: Page): readonly NoticeRow[] {
  return page.rows.flatMap((each) =>
    each.kind === "notice" && each.complaint !== undefined ? [each] : [],
  );
}

function filedIn({ world, conv }: Opened) {
  return world.server.journal.all.filter(
    (event) => event.conv === conv && event.type === "complaint.filed",
  );
}

test("a client marks a message; both sides see the mark, and the form says the reference", async () => {
  const clara = await opened(CLARA, ANNA, CLARA);
  const { world, conv, complaints, page } = clara;
  const { event_id: said } = world.say(conv, ANNA, "There are no fees.");
  const anna = new Page(world, ANNA);
  await world.pass(5_000);
  await anna.open(conv);
  expect(row(page, said).can.complain).toBe(true);
  await filed(clara, said);
  expect(complaints.state.get().form).toMatchObject({ step: "done", reference: "C-00000-00000" });
  for (const each of [page, anna]) {
    expect(row(each, said)).toMatchObject({
      complaint: { reference: "C-00000-00000", state: "open" },
      can: { complain: false },
    });
    expect(each.conversation.complaints.state.get().list).toMatchObject([{ state: "open" }]);
  }
  expect(filedIn(clara)).toMatchObject([{ reason: REASON, target: said, category: "fees" }]);
  expect(page.conversation.complaints.state.get().list[0]).toMatchObject({
    canAnswer: false,
    canWithdraw: true,
  });
  expect(anna.conversation.complaints.state.get().list[0]).toMatchObject({
    canAnswer: true,
    canWithdraw: false,
  });
});

test("nothing is sent until a kind is chosen and something is written", async () => {
  const clara = await opened(CLARA, ANNA, CLARA);
  const { complaints, world } = clara;
  complaints.begin();
  complaints.file("en");
  complaints.choose("fees");
  complaints.file("en");
  complaints.write("  \u200b ");
  complaints.file("en");
  await world.pass(1_000);
  expect(filedIn(clara)).toEqual([]);
  expect(complaints.state.get().form).toMatchObject({ step: "writing" });
  complaints.write("x".repeat(2_500));
  expect(complaints.state.get().form?.text).toHaveLength(2_000);
});

test("sent twice in a hurry it is one", async () => {
  const clara = await opened(CLARA, ANNA, CLARA);
  const { complaints, world } = clara;
  complaints.begin();
  complaints.choose("other");
  complaints.write(REASON);
  complaints.file("en");
  complaints.file("en");
  await world.pass(1_000);
  expect(filedIn(clara)).toHaveLength(1);
});

test("what was written is kept when the form is closed, and gone once it is on the record", async () => {
  const clara = await opened(CLARA, ANNA, CLARA);
  const { complaints } = clara;
  complaints.begin();
  complaints.write(REASON);
  complaints.close();
  expect(complaints.state.get().form).toBeUndefined();
  complaints.begin();
  expect(complaints.state.get().form).toMatchObject({ text: REASON });
  await filed(clara);
  complaints.close();
  complaints.begin();
  expect(complaints.state.get().form).toMatchObject({ text: "" });
});

test("refused, the form says why and has the words still", async () => {
  const clara = await opened(CLARA, ANNA, CLARA);
  const { complaints, world } = clara;
  world.server.refuse = (frame) => ({
    t: "nack",
    id: frame.id,
    code: "no_such_category",
    detail: "Choose again.",
  });
  await filed(clara);
  expect(complaints.state.get().form).toMatchObject({
    step: "writing",
    text: REASON,
    trouble: { code: "no_such_category" },
  });
  world.server.refuse = undefined;
  complaints.file("en");
  await world.pass(1_000);
  expect(complaints.state.get().form).toMatchObject({ step: "done" });
});

test("without a connection it waits, and goes out with the form closed", async () => {
  const clara = await opened(CLARA, ANNA, CLARA);
  const { complaints, world } = clara;
  world.server.reachable = false;
  world.server.cut();
  await filed(clara);
  expect(complaints.state.get().form).toMatchObject({ step: "sending" });
  complaints.close();
  world.server.reachable = true;
  await world.pass(60_000);
  expect(filedIn(clara)).toHaveLength(1);
  expect(complaints.state.get().list).toHaveLength(1);
});

test("a client who comes meanwhile holds it back: the words stay, and it is said why", async () => {
  const clara = await opened(CLARA, ANNA, CLARA);
  const { complaints, world, conv } = clara;
  const known = world.server.people.get(CLARA) as wire.Person;
  const dan = { ...known, id: "d".repeat(32), name: "Dan Kos" };
  world.server.people.set(dan.id, dan);
  const change = async (type: "member.added" | "member.removed") => {
    world.server.record({ type, conv, actor: ANNA, person: dan.id } as Draft);
    await world.pass(3_000);
  };
  complaints.begin();
  complaints.choose("fees");
  complaints.write(REASON);
  await change("member.added");
  const why = { code: "other_client_reads" };
  expect(complaints.state.get().form).toMatchObject({ held: true, text: REASON, trouble: why });
  complaints.file("en");
  await change("member.removed");
  expect(filedIn(clara)).toEqual([]);
  expect(complaints.state.get().form).toMatchObject({ held: false, text: REASON });
  complaints.file("en");
  await world.pass(1_000);
  expect(filedIn(clara)).toHaveLength(1);
});

test("a client who has left does not see that a complaint was answered", async () => {
  const world = new World();
  const page = new Page(world, BEN);
  await world.pass(1_000);
  page.chat.openDirect(CLARA);
  await world.pass(1_000);
  const { complaints } = page.conversation;
  expect(complaints.state.get().clientReads).toBe(true);
  world.server.leaveEverywhere(CLARA);
  await world.pass(1_000);
  expect(complaints.state.get().clientReads).toBe(false);
});

test("the advisor says that it was answered, with a note; then it can be marked again", async () => {
  const anna = await opened(ANNA, ANNA, CLARA);
  const { complaints, world } = anna;
  await filed(anna);
  const [listed] = complaints.state.get().list;
  expect(complaints.state.get()).toMatchObject({ possible: true, canMarkAll: false });
  complaints.answer(listed?.id ?? "", "By letter.");
  await world.pass(1_000);
  expect(complaints.state.get().list).toMatchObject([{ state: "answered", canAnswer: false }]);
  expect(complaints.state.get().canMarkAll).toBe(true);
  const closed = world.server.journal.all.findLast(({ type }) => type === "complaint.closed");
  expect(closed).toMatchObject({ outcome: "answered", note: "By letter." });
});

test("whoever made it takes it back", async () => {
  const clara = await opened(CLARA, ANNA, CLARA);
  await filed(clara);
  const { complaints, world } = clara;
  complaints.withdraw(complaints.state.get().list[0]?.id ?? "", "");
  await world.pass(1_000);
  expect(complaints.state.get().list).toMatchObject([{ state: "withdrawn", canWithdraw: false }]);
});

test("it is overdue once its time is over, by the server's clock, and never once it is closed", async () => {
  const { world, conv, complaints } = await opened(ANNA, ANNA, CLARA);
  const due = (days: number) => new Date(world.clock.now() + days * 86_400_000).toISOString();
  const filed = {
    type: "complaint.filed",
    conv,
    actor: CLARA,
    about: "Fees",
    reason: "x",
  } as const;
  for (const days of [-1, 1]) {
    const reference = `C-${days}`;
    const draft = { ...filed, reference, category: "fees", due: due(days) };
    world.server.record(draft as Parameters<typeof world.server.record>[0]);
  }
  await world.pass(1_000);
  const overdue = () => complaints.state.get().list.map((each) => each.overdue);
  expect(overdue()).toEqual([true, false]);
  complaints.answer(complaints.state.get().list[0]?.id ?? "", "");
  await world.pass(1_000);
  expect(overdue()).toEqual([false, false]);
});

test("among colleagues nothing is offered", async () => {
  const { page, world, conv } = await opened(ANNA, ANNA, BEN);
  const { event_id: said } = world.say(conv, BEN, "Hello.");
  await world.pass(1_000);
  expect(page.conversation.complaints.state.get().possible).toBe(false);
  expect(row(page, said).can.complain).toBe(false);
});

test("where another client would read it, nothing is offered to anybody", async () => {
  const DORA = "d".repeat(32);
  const world = new World();
  const clara = world.server.people.get(CLARA);
  if (clara === undefined) throw new Error("Clara is not there");
  world.server.people.set(DORA, { ...clara, id: DORA, name: "Dora Lind" });
  const conv = world.group(ANNA, CLARA, DORA);
  const { event_id: said } = world.say(conv, ANNA, "There are no fees.");
  for (const person of [ANNA, CLARA]) {
    const page = new Page(world, person);
    await world.pass(5_000);
    await page.open(conv);
    expect(row(page, said).can.complain).toBe(false);
    expect(page.conversation.complaints.state.get().possible).toBe(false);
  }
});
