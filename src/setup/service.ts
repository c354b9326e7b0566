/** What set-up mode does with what is typed: one step at a time, each kept at once, so that a restart loses none. */
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { KEPT_FILE, type Kept, type KeptName, keepSettings, overKept, readKept } from '../config/kept-settings.ts';
import { VARIABLES } from '../config/variables.ts';
import type { Clock } from '../lib/clock.ts';
import { randomToken } from '../lib/crypto.ts';
import { Failure } from '../lib/errors.ts';
import type { Logger } from '../lib/log.ts';
import { readAddress, whyNotReached } from './address.ts';
import type { Progress, SocketProblems, Step, Trouble } from './pages.ts';
import { askSlack, isSignedWith, problemsOfShape, type Signed, unanswered, type Values } from './slack-values.ts';

export interface SetUpOptions {
  /** The environment as it was given: what it sets is not asked for. */
  given: Readonly<Record<string, string | undefined>>;
  /** DATA_DIR. */
  dir: string;
  /** This machine's own address, for a trial that nobody calls. */
  ownAddress: string;
  /** Base of Slack's Web API, where it is not Slack's own. */
  apiUrl: string | undefined;
  clock: Clock;
  log: Logger;
}

/** Nothing: it is done, and the next step's turn. */
type Outcome = Promise<Trouble | undefined>;

export interface SetUpService {
  progress(): Promise<Progress>;
  /** The first step that is not done. */
  step(): Promise<Step>;
  makeKeys(): Promise<void>;
  /** @param insists the address is kept although it could not be reached from here */
  saveAddress(typed: string, insists: boolean): Outcome;
  saveValues(values: Values): Outcome;
  saveSocket(tokens: { bot_token: string; app_token: string }): Outcome;
  /** What `PROOF_PATH/nonce` answers; undefined: nobody asked for it here. */
  proofOf(nonce: string): string | undefined;
  /** Slack, or somebody who says so, has called the request address. */
  heard(request: Signed): Promise<void>;
}

/** Of calls before the secret is known: enough for Slack's own beside somebody's who plays. */
const MOST_HEARD = 20;

export function setUpService({ given, dir, ownAddress, apiUrl, clock, log }: SetUpOptions): SetUpService {
  const proofs = new Map<string, string>();
  let heard: Signed[] = [];
  /** The signing secret that was refused last, as a hash: saved once more it is taken, however often others call meanwhile. */
  let refusedBefore: string | undefined;
  const kept = () => readKept(dir);
  const known = async (): Promise<Kept> => overKept(await kept(), given);
  const isGiven = (name: KeptName) => Boolean(given[name]?.trim());

  async function step(): Promise<Step> {
    const now = await known();
    if (!now.ENCRYPTION_KEY || !now.HOOK_KEY) return 'keys';
    return now.PUBLIC_URL ? 'app' : 'address';
  }

  return {
    step,
    async progress() {
      const { PUBLIC_URL: address, SLACK_SIGNING_SECRET: secret } = await known();
      return {
        keysIn: join(dir, KEPT_FILE),
        areKeysFromEnvironment: isGiven('ENCRYPTION_KEY') && isGiven('HOOK_KEY'),
        address,
        isAddressFromEnvironment: isGiven('PUBLIC_URL'),
        isSlackHeard: heard.length > 0 && (!secret || heard.some(one => isSignedWith(secret, one))),
      };
    },
    async makeKeys() {
      const { ENCRYPTION_KEY, HOOK_KEY } = await known();
      // Never anew: what was sealed with a key opens with no other.
      await keepSettings(dir, {
        ...(!ENCRYPTION_KEY && { ENCRYPTION_KEY: randomBytes(32).toString('base64') }),
        ...(!HOOK_KEY && { HOOK_KEY: randomToken(24) }),
      });
    },
    async saveAddress(typed, insists) {
      if (isGiven('PUBLIC_URL')) return { notice: 'PUBLIC_URL is set in the environment, and rules.' };
      const read = readAddress(typed);
      if (!read.ok) return { problem: read.problem, typed };
      const [nonce, proof] = [randomToken(16), randomToken(16)];
      proofs.set(nonce, proof);
      const problem = insists ? undefined : await whyNotReached(read.address, { nonce, proof });
      proofs.delete(nonce);
      if (problem) return { problem, typed, mayInsist: true };
      await keepSettings(dir, { PUBLIC_URL: read.address });
      return undefined;
    },
    async saveValues(values) {
      const again = { clientId: values.client_id };
      const wrong = problemsOfShape(values);
      if (Object.keys(wrong).length > 0) return { fields: wrong, ...again };
      const secret = sha256(values.signing_secret);
      const isOther = heard.length > 0 && !heard.some(one => isSignedWith(values.signing_secret, one));
      if (isOther && secret !== refusedBefore) {
        // Said once: anybody can call the address, and must not be able to keep the right secret out.
        refusedBefore = secret;
        return { fields: { signing_secret: OTHER_SECRET }, ...again };
      }
      try {
        const refused = await askSlack(values, { apiUrl, clock, log });
        if (Object.keys(refused).length > 0) return { fields: refused, ...again };
      } catch (thrown) {
        if (!(thrown instanceof Failure)) throw thrown;
        log.warn({ err: thrown }, 'Slack could not be asked about the values of its app');
        return { notice: unanswered(thrown), ...again };
      }
      await keepSettings(dir, {
        SLACK_CLIENT_ID: values.client_id,
        SLACK_CLIENT_SECRET: values.client_secret,
        SLACK_SIGNING_SECRET: values.signing_secret,
      });
      return undefined;
    },
    async saveSocket({ bot_token: bot, app_token: app }) {
      const socket: SocketProblems = {
        ...(!VARIABLES.SLACK_BOT_TOKEN.schema.safeParse(bot).success && {
          bot_token: 'A Bot User OAuth Token begins with xoxb-. It appears after Install to Workspace.',
        }),
        ...(!VARIABLES.SLACK_APP_TOKEN.schema.safeParse(app).success && {
          app_token: 'An App-Level Token begins with xapp-. Generate one with the scope connections:write.',
        }),
      };
      if (Object.keys(socket).length > 0) return { socket };
      const { PUBLIC_URL } = await known();
      await keepSettings(dir, {
        SLACK_BOT_TOKEN: bot,
        SLACK_APP_TOKEN: app,
        ...(!PUBLIC_URL && { PUBLIC_URL: ownAddress }),
      });
      return undefined;
    },
    proofOf: nonce => proofs.get(nonce),
    async heard(request) {
      heard = [...heard, request].slice(-MOST_HEARD);
    },
  };
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const OTHER_SECRET =
  'Slack’s call to this address was signed with another secret. Press Show in Slack and copy again; if it is this one, save once more.';
