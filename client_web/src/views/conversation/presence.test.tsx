import { setupI18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { Page } from "../../../tests/fakes/chat";
import { ANNA, BEN, CLARA, World } from "../../../tests/fakes/world";
import { Presence } from "./presence";

const messages = { "presence.online": "online", "presence.away": "away" };
const i18n = setupI18n({ locale: "en", messages: { en: messages } });

/** What the header of Ben's conversation with Clara says, where Anna stands in for him. */
async function told(online: readonly string[]): Promise<string> {
  const world = new World();
  const page = new Page(world, BEN);
  await world.pass(1_000);
  page.chat.openDirect(CLARA);
  await world.pass(1_000);
  world.server.record({
    type: "delegate.added",
    conv: page.conversation.id,
    actor: BEN,
    person: ANNA,
    starts: world.server.inSeconds(0),
    ends: world.server.inSeconds(3_600),
    active: true,
    from_seq: 1,
    history: "all",
  } as never);
  await world.pass(1_000);
  for (const person of online) {
    world.server.say({ t: "ephemeral", items: [{ k: "presence", person, state: "online" }] });
  }
  await world.pass(1_000);
  const item = page.conversation.summary.get();
  expect(item.others.map(({ id }) => id)).toEqual([CLARA, ANNA]);
  const markup = renderToStaticMarkup(
    <I18nProvider i18n={i18n}>
      <Presence item={item} />
    </I18nProvider>,
  );
  return markup.replace(/<[^>]*>/g, "");
}

test("under a client's name stands whether the client is online, never who stands in", async () => {
  expect(await told([ANNA])).toBe("");
  expect(await told([CLARA])).toBe("online");
});
