/** The three values of a Slack app: their shapes, and what Slack says of them. */

import { verifySlackRequest } from '@slack/bolt';
import { WebAPIPlatformError, WebClient } from '@slack/web-api';
import type { Clock } from '../lib/clock.ts';
import { CredentialsRejected, type Failure, Rejected } from '../lib/errors.ts';
import type { Logger } from '../lib/log.ts';
import { toFailure } from '../slack/errors.ts';
import { clientOptions } from '../slack/notifier.ts';

export const FIELDS = ['client_id', 'client_secret', 'signing_secret'] as const;
export type Field = (typeof FIELDS)[number];
export type Values = Record<Field, string>;
/** A sentence at the field it is about. */
export type FieldProblems = Partial<Record<Field, string>>;

export const LABELS: Record<Field, string> = {
  client_id: 'Client ID',
  client_secret: 'Client Secret',
  signing_secret: 'Signing Secret',
};

const SECRET = /^[0-9a-f]{32}$/i;

/** What is wrong with how the values look; none of them is repeated. */
export function problemsOfShape({
  client_id: id,
  client_secret: secret,
  signing_secret: signing,
}: Values): FieldProblems {
  const problems: FieldProblems = {};
  if (!/^\d{6,}\.\d{6,}$/.test(id)) {
    problems.client_id =
      id === ''
        ? 'Paste the Client ID.'
        : `This is no Client ID: it is two long numbers with a point between. You pasted ${counted(id)}.`;
  }
  for (const [field, value] of [
    ['client_secret', secret],
    ['signing_secret', signing],
  ] as const) {
    if (SECRET.test(value)) continue;
    problems[field] =
      value === ''
        ? `Paste the ${LABELS[field]}.`
        : `You pasted ${counted(value)}${value.length === 32 ? ', some of which no secret has' : ''}; a ${LABELS[field]} has 32 letters and digits. Press Show in Slack, then copy again.`;
  }
  if (SECRET.test(secret) && secret === signing) {
    problems.signing_secret = 'This is the Client Secret once more. The Signing Secret stands below it.';
  }
  return problems;
}

const counted = (text: string) => `${text.length} ${text.length === 1 ? 'character' : 'characters'}`;

/** A request that Slack signed, as it came. */
export interface Signed {
  body: string;
  signature: string;
  /** Seconds. */
  timestamp: number;
}

/** Whether this secret is the one the request was signed with, whenever that was. */
export function isSignedWith(signingSecret: string, { body, signature, timestamp }: Signed): boolean {
  try {
    verifySlackRequest({
      signingSecret,
      body,
      headers: { 'x-slack-signature': signature, 'x-slack-request-timestamp': timestamp },
      nowMilliseconds: timestamp * 1_000,
    });
    return true;
  } catch {
    // It throws for one reason, and means no.
    return false;
  }
}

/** No code that Slack ever gave: it is looked at only when id and secret are right. */
const NO_CODE = 'baton-set-up';

/** What Slack says of an id, a secret, or (all is well) of our code. */
const SAID: Record<string, FieldProblems | undefined> = {
  invalid_code: {},
  code_already_used: {},
  invalid_client_id: { client_id: 'Slack has no app with this Client ID. Copy it again, whole.' },
  bad_client_secret: {
    client_secret: 'Slack says that this secret is not the app’s. Press Show in Slack, then copy again.',
  },
};

/**
 * Asks Slack whether id and secret belong together, by handing in a code that cannot be one. One call.
 * @throws Failure when Slack does not answer, or answers something else
 */
export async function askSlack(
  { client_id, client_secret }: Values,
  { apiUrl, clock, log }: { apiUrl: string | undefined; clock: Clock; log: Logger },
): Promise<FieldProblems> {
  const client = new WebClient(undefined, clientOptions({ ...(apiUrl && { apiUrl }), log }));
  try {
    await client.oauth.v2.access({ client_id, client_secret, code: NO_CODE });
    return {};
  } catch (thrown) {
    const said = thrown instanceof WebAPIPlatformError ? SAID[thrown.data.error] : undefined;
    if (said) return said;
    throw toFailure(thrown, clock.now());
  }
}

/** Why Slack could not be asked, for people. */
export function unanswered(failure: Failure): string {
  return failure instanceof Rejected || failure instanceof CredentialsRejected
    ? `Slack did not want to say whether the values are right (${failure.message}). Nothing was saved; try again.`
    : 'Slack does not answer just now. Nothing was saved; try again in a minute.';
}
