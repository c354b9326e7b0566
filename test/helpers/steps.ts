/** What a person does in a browser on the way to a goal, counted: each press, choice and pasted value is an action. */
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';

export interface Steps {
  /** How much it took until now. */
  count: { actions: number; pasted: number };
  press(what: Locator): Promise<void>;
  /** What is asked before it is done is approved, as a second press. */
  pressAndConfirm(what: Locator): Promise<void>;
  choose(what: Locator, label: string): Promise<void>;
  tick(what: Locator): Promise<void>;
  /** A short word of one's own: nothing that comes from elsewhere. */
  type(what: Locator, text: string): Promise<void>;
  paste(what: Locator, text: string): Promise<void>;
  /** Presses a link that opens a tab; answers the tab. */
  follow(what: Locator): Promise<Page>;
  /** Done on pages that no test can press, such as Slack's own. */
  elsewhere(deeds: readonly string[]): void;
}

export function steps(page: Page): Steps {
  const count = { actions: 0, pasted: 0 };
  const acted = () => {
    count.actions += 1;
  };
  async function press(what: Locator): Promise<void> {
    await what.click();
    acted();
  }
  async function fill(what: Locator, text: string): Promise<void> {
    await what.fill(text);
    acted();
  }
  return {
    count,
    press,
    async pressAndConfirm(what) {
      page.once('dialog', dialog => void dialog.accept());
      await press(what);
      acted();
    },
    async choose(what, label) {
      await what.selectOption({ label });
      acted();
    },
    async tick(what) {
      await what.check();
      acted();
    },
    type: fill,
    async paste(what, text) {
      await fill(what, text);
      count.pasted += 1;
    },
    async follow(what) {
      const [tab] = await Promise.all([page.context().waitForEvent('page'), press(what)]);
      await tab.waitForLoadState();
      return tab;
    },
    elsewhere(deeds) {
      count.actions += deeds.length;
    },
  };
}

/** Pictures for the documents are made only when somebody asks for them (`npm run pictures`). */
const FOLDER = process.env.PICTURES_DIR;

/** A picture of the page as it is, of `part` alone where that says it. */
export async function picture(page: Page, name: string, part?: Locator): Promise<void> {
  if (FOLDER) await (part ?? page).screenshot({ path: join(FOLDER, `${name}.png`), animations: 'disabled' });
}
