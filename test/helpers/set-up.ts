/** Set-up mode in this process, and what a person reads and presses there. */
import { createHmac } from 'node:crypto';
import type { TestContext } from 'node:test';
import { startSandbox } from '../../sandbox/server.ts';
import { APP } from '../../sandbox/slack/world.ts';
import { clockFrom, type MovableClock, systemClock } from '../../src/lib/clock.ts';
import { createLogger } from '../../src/lib/log.ts';
import { startSetUp } from '../../src/setup/set-up-mode.ts';
import { type Browser, browser } from './browser.ts';
import { dataDir } from './data-dir.ts';

export const VALUES = {
  client_id: APP.clientId,
  client_secret: APP.clientSecret,
  signing_secret: APP.signingSecret,
};

/** The code that was printed last. */
export const codeIn = (said: string): string => said.match(/\b[A-Z2-9]{4}-[A-Z2-9]{4}\b/g)?.at(-1) ?? '';

/** Everything stated in the page's banner and at its fields. */
export const problemsOn = (html: string): string =>
  [...html.matchAll(/(?:role="alert"|id="[\w-]+-problem")>([^<]+)</g)].map(([, text]) => text).join(' ');

/** A set-up on its own folder, beside a sandbox; `begin` once more is a restart. */
export async function setUps(t: TestContext, given: Record<string, string> = {}) {
  const [sandbox, dir] = await Promise.all([startSandbox(), dataDir(t)]);
  t.after(() => sandbox.close());
  const clock: MovableClock = clockFrom(systemClock.now());
  async function begin() {
    let said = '';
    const setUp = await startSetUp({
      given,
      dir,
      port: 0,
      apiUrl: sandbox.env().SLACK_API_URL,
      clock,
      log: createLogger({ level: 'silent' }),
      print(text) {
        said += text;
      },
    });
    let isStopped = false;
    const stop = async () => {
      if (!isStopped) await setUp.stop();
      isStopped = true;
    };
    t.after(stop);
    const post = (visit: Browser, path: string, form: Record<string, string> = {}) =>
      visit(`${setUp.url}${path}`, form);
    return {
      ...setUp,
      stop,
      code: () => codeIn(said),
      post,
      /** A browser that has shown the code. */
      async inside(): Promise<Browser> {
        const visit = browser();
        await post(visit, '/setup/code', { code: codeIn(said) });
        return visit;
      },
    };
  }
  return { sandbox, dir, clock, begin };
}

/** Slack's check of a request address, signed with this secret. */
export async function verifyAddress(address: string, secret = APP.signingSecret): Promise<Response> {
  const body = JSON.stringify({ token: APP.verificationToken, challenge: '3eZbrw1aB', type: 'url_verification' });
  const stamp = String(Math.floor(Date.now() / 1_000));
  const signature = createHmac('sha256', secret).update(`v0:${stamp}:${body}`).digest('hex');
  return fetch(`${address}/slack/events`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-slack-request-timestamp': stamp,
      'x-slack-signature': `v0=${signature}`,
    },
  });
}

/** What a person does on the way, for the promise of how little that is. */
export function counted(visit: Browser, count = { actions: 0, pasted: 0 }) {
  /** Something done on Slack's own pages, which no test can press. */
  const elsewhere = (...deeds: string[]) => {
    count.actions += deeds.length;
  };
  /** Opens an address, or fills in a form (each field is pasted) and presses its button. */
  const go: Browser = (address, form) => {
    const fields = Object.keys(form ?? {}).length;
    count.actions += 1 + fields;
    count.pasted += fields;
    return visit(address, form);
  };
  return { go, elsewhere, count };
}

/** From pressing "Create the Slack app" to the three values at hand, as Slack's pages go. */
export const MAKING_THE_APP = [
  'the link',
  'the workspace',
  'Next',
  'Create',
  'Show client secret',
  'Show signing secret',
];
