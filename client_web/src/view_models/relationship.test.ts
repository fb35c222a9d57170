import { expect, test } from "vitest";
import { Page } from "../../tests/fakes/chat";
import type { Draft } from "../../tests/fakes/journal";
import { ANNA, BEN, CLARA, World } from "../../tests/fakes/world";

test("whose client has ended the relationship is offered nobody to hand over to", async () => {
  const world = new World();
  const page = new Page(world, BEN);
  await world.pass(1_000);
  page.chat.openDirect(CLARA);
  await world.pass(1_000);
  const { members } = await page.details();
  expect(members.state.get()).toMatchObject({ relationship: { canChange: true } });
  world.server.leaveEverywhere(CLARA);
  await world.pass(1_000);
  expect(members.state.get()).toMatchObject({
    ended: true,
    relationship: { canChange: false, candidates: [] },
  });
});

test("whoever hands a client over is told of the groups that go along", async () => {
  const world = new World();
  const page = new Page(world, BEN);
  await world.pass(1_000);
  page.chat.openDirect(CLARA);
  await world.pass(1_000);
  const { members } = await page.details();
  expect(members.state.get().relationship).toMatchObject({ canChange: true, groups: false });
  world.group(BEN, ANNA, CLARA);
  await world.pass(6_000);
  page.close();
  const again = new Page(world, BEN);
  await world.pass(1_000);
  again.chat.openDirect(CLARA);
  await world.pass(1_000);
  const details = await again.details();
  expect(details.members.state.get().relationship).toMatchObject({ groups: true });
});

test("whoever handed a client over may not confirm who they are any more, with the details open", async () => {
  const world = new World();
  const page = new Page(world, BEN);
  await world.pass(1_000);
  page.chat.openDirect(CLARA);
  await world.pass(1_000);
  const details = await page.details();
  expect(details.check?.state.get().client.id).toBe(CLARA);
  world.server.record({
    type: "conversation.handed_over",
    conv: page.conversation.id,
    actor: BEN,
    former: BEN,
    successor: ANNA,
    from_seq: 1,
    history: "all",
  } as unknown as Draft);
  await world.pass(1_000);
  expect(details.check).toBeUndefined();
});

test("a delegate whom the client meets now is not shown before their name is", async () => {
  const world = new World();
  const page = new Page(world, CLARA);
  const other = new Page(world, BEN);
  await world.pass(1_000);
  other.chat.openDirect(CLARA);
  await world.pass(1_000);
  await page.open(other.conversation.id);
  const { members } = await page.details();
  const dora = { id: "d".repeat(32), name: "Dora Wolf", role: "advisor", outside: false };
  world.server.people.set(dora.id, { ...dora, kind: "employee", org: "Bank" });
  const seen = new Set<string>();
  const look = () => {
    const rows = page.rows.flatMap((row) => (row.kind === "notice" ? [row.person?.name] : []));
    const { members: inside, relationship } = members.state.get();
    const there = [...inside, ...(relationship?.delegates ?? [])].map(({ person }) => person.name);
    for (const name of [...rows, ...there]) if (name !== undefined) seen.add(name);
  };
  page.conversation.timeline.state.subscribe(look);
  members.state.subscribe(look);
  world.server.record({
    type: "delegate.added",
    conv: page.conversation.id,
    actor: BEN,
    person: dora.id,
    starts: "2026-01-01T00:00:00.000000Z",
    ends: "2099-01-01T00:00:00.000000Z",
    active: true,
    from_seq: 1,
    history: "all",
  } as unknown as Draft);
  await world.pass(1_000);
  expect(seen).toContain("Dora Wolf");
  expect(seen).not.toContain("\u2026");
});

/** Clara's page and Ben's, who answers for her, in their conversation; Ben's account can end. */
async function served() {
  const world = new World();
  const page = new Page(world, CLARA);
  const advisor = new Page(world, BEN);
  await world.pass(1_000);
  advisor.chat.openDirect(CLARA);
  await world.pass(1_000);
  await page.open(advisor.conversation.id);
  const tell = async (active: boolean) => {
    const ben = world.server.people.get(BEN);
    if (ben !== undefined) world.server.tell({ ...ben, active });
    await world.pass(1_000);
  };
  const summary = () => page.conversation.summary.get();
  const closed = () => page.conversation.composer.state.get().closed;
  return { world, page, tell, summary, closed };
}

test("a client whose advisor left reads so on the page that was open, and writes on", async () => {
  const { world, page, tell, summary, closed } = await served();
  expect([summary().uncovered, closed()]).toEqual([undefined, undefined]);
  await tell(false);
  world.server.record({
    type: "conversation.uncovered",
    conv: page.conversation.id,
    actor: BEN,
    former: BEN,
  } as unknown as Draft);
  await world.pass(1_000);
  const last = page.rows.at(-1);
  expect(last).toMatchObject({ type: "conversation.uncovered", former: { id: BEN } });
  expect(summary()).toMatchObject({
    uncovered: "Ben Ode",
    answering: undefined,
    preview: { kind: "notice", type: "conversation.uncovered" },
  });
  expect(closed()).toBeUndefined();
  page.write("Who answers me now?");
  await world.pass(1_000);
  expect(page.messages.at(-1)).toMatchObject({ text: "Who answers me now?", tick: "recorded" });
});

test("who takes over, or comes back, is there again", async () => {
  const { world, page, tell, summary } = await served();
  await tell(false);
  world.server.record({
    type: "conversation.handed_over",
    conv: page.conversation.id,
    actor: BEN,
    former: BEN,
    successor: ANNA,
    from_seq: 1,
    history: "all",
  } as unknown as Draft);
  await world.pass(1_000);
  expect(summary().uncovered).toBeUndefined();
  const again = await served();
  await again.tell(false);
  await again.tell(true);
  expect([again.summary().uncovered, again.closed()]).toEqual([undefined, undefined]);
});

test("a colleague whose account ended is written to no more", async () => {
  const world = new World();
  const page = new Page(world, ANNA);
  await world.pass(1_000);
  page.chat.openDirect(BEN);
  await world.pass(1_000);
  const ben = world.server.people.get(BEN);
  if (ben !== undefined) world.server.tell({ ...ben, active: false });
  await world.pass(1_000);
  expect(page.conversation.composer.state.get().closed).toBe("account_ended");
});
