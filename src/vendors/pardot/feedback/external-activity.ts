/**
 * Touches, where marketing sees them: external activities, made under an extension of Salesforce's Setup
 * (https://developer.salesforce.com/docs/marketing/pardot/guide/external-activity-v5.html). They have no key, and a second
 * call makes a second one.
 */
import type { SourceTouch } from '../../../contracts/source.ts';
import { after, DAY, MINUTE } from '../../../lib/clock.ts';
import { Rejected } from '../../../lib/errors.ts';
import { textFrom } from '../../../lib/json-values.ts';
import { oneLine } from '../../../lib/text.ts';
import type { Pardot } from '../api/client.ts';
import { ofThisWrite, SERVICE } from '../api/errors.ts';
import type { Prospects } from '../people/prospects.ts';

export const PATH = '/external-activities';
/** API names in Setup › Marketing App Extensions, as docs/setup.md has them made. */
export const EXTENSION = { extension: 'Baton', type: 'Baton_Touch' };

const MOST_PAGES = 20;
/** Of the text that an activity keeps. */
const LONGEST = 255;

interface Options {
  api: Pardot;
  prospects: Prospects;
}

/** One call for the address and one for the activity; before a second try one for each thousand that were made since. */
export async function logTouch({ api, prospects }: Options, touch: SourceTouch): Promise<{ id: string }> {
  const before = touch.lookFirst ? await written(api, touch) : undefined;
  if (before !== undefined) return { id: before };
  const email = await prospects.emailOf(touch.contactId);
  if (!email) {
    throw new Rejected(`Account Engagement has no address of prospect ${touch.contactId} to note a touch under`, {
      service: SERVICE,
      code: 'NO_ADDRESS',
    });
  }
  const json = { ...EXTENSION, email, value: textOf(touch), activityDate: touch.at };
  try {
    const made = await api.ask({ method: 'POST', path: PATH, query: { fields: 'id' }, json, importance: 'usual' });
    return { id: textFrom(made.id) ?? '' };
  } catch (error) {
    throw explained(ofThisWrite(error));
  }
}

async function written(api: Pardot, { touchId, at }: SourceTouch): Promise<string | undefined> {
  const since = after(new Date(at), -DAY).toISOString();
  const query = { fields: 'id,value', createdAtAfterOrEqualTo: since, orderBy: 'id DESC', limit: '1000' };
  let token: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const read = await api.list({ path: PATH, query, importance: 'usual' }, token);
    const found = read.values.find(one => textFrom(one.value)?.includes(touchId));
    if (found) return textFrom(found.id) ?? '';
    token = read.token;
    if (token === undefined) return undefined;
  }
  const message = 'Account Engagement has too many external activities to find out whether the touch is among them';
  throw new Rejected(message, { service: SERVICE, code: 'LOG_TOO_LONG' });
}

function textOf({ touchId, kind, title, direction, durationMs, outcome }: SourceTouch): string {
  const minutes = durationMs === undefined ? undefined : `${Math.round(durationMs / MINUTE)} min`;
  const facts = [oneLine(title) || kind, direction, outcome, minutes].filter(Boolean).join(', ');
  const mark = ` [Baton ${touchId}]`;
  return `${[...facts].slice(0, LONGEST - mark.length).join('')}${mark}`;
}

function explained(thrown: unknown): unknown {
  if (!(thrown instanceof Rejected)) return thrown;
  const todo =
    `Make the extension ${EXTENSION.extension} with the activity type ${EXTENSION.type}, active in this business unit, under ` +
    'Salesforce Setup › Marketing App Extensions (Plus edition and above), or leave feedback.log_calls out for this source.';
  return new Rejected(`${thrown.message}. ${todo}`, { service: SERVICE, ...(thrown.code && { code: thrown.code }) });
}
