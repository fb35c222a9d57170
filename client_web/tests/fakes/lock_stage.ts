/** One browser of a person whose chat can be locked: what tests of the app lock begin with. */
import { FakeVault, Page, type PageOptions } from "./chat";
import { PASSWORD } from "./lock";
import { ANNA, BEN, Browser, World } from "./world";

export const MINUTE = 60_000;

export interface Stage {
  readonly world: World;
  readonly page: Page;
  readonly conv: string;
  readonly tab: (options?: PageOptions) => Promise<Page>;
}

/** Anna's page, with a conversation open, that locks after so many minutes; 0: not by itself. */
export async function stage(minutes: number, person = ANNA): Promise<Stage> {
  const world = new World();
  const conv = world.group(person, BEN);
  const browser = new Browser(world, person);
  browser.lock.minutes.set(minutes);
  const vault = new FakeVault();
  const tab = async (options: PageOptions = {}) => {
    const opened = new Page(world, person, vault, { browser, ...options });
    await world.pass(5_000);
    return opened;
  };
  const page = await tab();
  await page.open(conv);
  return { world, page, conv, tab };
}

export async function unlock({ world, page }: Pick<Stage, "world" | "page">): Promise<void> {
  void page.locked.byPassword(PASSWORD);
  await world.pass(5_000);
}
