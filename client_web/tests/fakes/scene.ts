/** A conversation of two or more people, as tests of view models begin with it. */
import { Page } from "./chat";
import { ANNA, BEN, World } from "./world";

export interface Scene {
  readonly world: World;
  readonly conv: string;
  readonly page: Page;
}

/** Anna's page with a conversation of some messages of Ben's, opened and read. */
export async function scene(messages: number, ...more: string[]): Promise<Scene> {
  const world = new World();
  const conv = world.group(ANNA, BEN, ...more);
  for (let i = 1; i <= messages; i += 1) world.say(conv, BEN, `message ${i}`);
  const page = new Page(world, ANNA);
  await world.pass(1_000);
  return { world, conv, page };
}

export function texts(page: Page): (string | undefined)[] {
  return page.messages.map(({ text }) => text);
}
