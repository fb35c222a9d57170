import { setupI18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { Page } from "../../../tests/fakes/chat";
import { BEN, CLARA, World } from "../../../tests/fakes/world";
import { ConversationRow } from "./row";

const messages = { "outside.tag": "Client", "list.client_left": "Has left" };
const i18n = setupI18n({ locale: "en", messages: { en: messages } });

test("the row of a client who has left says so: who was invited anew has another one", async () => {
  const world = new World();
  const page = new Page(world, BEN);
  await world.pass(1_000);
  page.chat.openDirect(CLARA);
  await world.pass(1_000);
  const shown = () => {
    const [item] = page.chat.list.state.get().items;
    if (item === undefined) throw new Error("no row");
    return renderToStaticMarkup(
      <I18nProvider i18n={i18n}>
        <ConversationRow item={item} now={0} selected={false} tabIndex={0} actions={{} as never} />
      </I18nProvider>,
    );
  };
  expect(shown()).not.toContain("Has left");
  world.server.leaveEverywhere(CLARA);
  await world.pass(1_000);
  expect(shown()).toContain("Has left");
});
