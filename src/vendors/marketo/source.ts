import type { Source } from '../../contracts/source.ts';
import type { Contact } from '../../domain/lead.ts';
import { type MarketoOptions, marketoClient } from './api/client.ts';
import { SERVICE } from './api/errors.ts';
import { idFrom } from './api/values.ts';
import { crossingsPage } from './events/crossings.ts';
import { readHook, verifyKey } from './events/hook.ts';
import { pollPage } from './events/poll.ts';
import { derivedKey, hookSetup } from './events/template.ts';
import { feedbackTo } from './feedback/feedback.ts';
import { nurtureBy } from './feedback/nurture.ts';
import { inspect } from './inspect.ts';
import { activityReader } from './people/activities.ts';
import { fieldReader } from './people/fields.ts';
import { leadIdOf, leadReader } from './people/leads.ts';
import { contactOf } from './people/map.ts';

export interface SourceOptions extends MarketoOptions {
  /** What the webhook's secret header holds; default: derived from the client secret. */
  webhookKey?: string;
  /** The REST name of the field that holds the score. */
  scoreProperty: string;
  /** The same of the stage; default `leadStatus`. */
  stageProperty?: string;
  /** Stages that make an MQL: a change to one of them is a signal. */
  mqlStages?: readonly string[];
  /** Below it both before and after, a change is no signal; default: every change is one. */
  threshold?: number;
  /** The playbook scores people who have no score here: what they do is a signal, too. */
  ownScore?: boolean;
  /** A field that takes the address of whoever has the lead; absent: nobody's is written. */
  ownerProperty?: string;
  /** Calls a day of the instance. */
  dailyCalls?: number;
}

/**
 * Marketo as a source, for one instance. A lone lead costs two calls, person and log; leads that come together share both. Fields are
 * asked for once a day and the log's beginning once an hour.
 */
export function marketo(options: SourceOptions): Source {
  const { clock, scoreProperty, stageProperty = 'leadStatus', dailyCalls = DAILY_CALLS } = options;
  const api = marketoClient(options);
  const key = options.webhookKey ?? derivedKey(options.clientSecret);
  const fields = fieldReader(api, clock);
  const readLead = leadReader(api, fields);
  const readLog = activityReader(api, clock);

  async function contact(id: string): Promise<Contact | null> {
    if (idFrom(id) !== id) return null;
    // Both are waited for, so that nothing of a failed look-up is still under way when it is tried again.
    const [lead, log] = await Promise.allSettled([readLead(id), readLog(id)]);
    if (lead.status === 'rejected') throw lead.reason;
    if (lead.value === null) return null;
    if (log.status === 'rejected') throw log.reason;
    return contactOf(lead.value, log.value, { score: (await fields()).get(scoreProperty), stageProperty });
  }

  return {
    name: SERVICE,
    verify: request => verifyKey(request, key),
    read: readHook,
    contact,
    async contactByEmail(email) {
      const id = await leadIdOf(api, email);
      return id === undefined ? null : contact(id);
    },
    poll: (cursor, since) => pollPage({ ...options, stageProperty, api, fields, dailyCalls }, cursor, since),
    crossingsBetween: (asked, cursor) => crossingsPage({ api, fields, scoreProperty, stageProperty }, asked, cursor),
    async hookSetup(address) {
      const score = (await fields()).get(scoreProperty);
      return hookSetup({ address, key, scoreLabel: score?.label ?? scoreProperty, threshold: options.threshold ?? 0 });
    },
    inspect: wanted => inspect({ ...options, api, stageProperty, dailyCalls }, wanted),
    async fields() {
      const numbers = [...(await fields()).values()].filter(({ type }) => NUMBERS.has(type));
      return { scores: numbers.map(({ name, label }) => ({ name, label })), stages: [] };
    },
    nurture: nurtureBy(api),
    ...feedbackTo({
      api,
      clock,
      stageProperty,
      ...(options.ownerProperty && { ownerProperty: options.ownerProperty }),
    }),
  };
}

/** Types of fields that a score can have, as describe names them. */
const NUMBERS = new Set(['score', 'integer', 'float']);

/** What Marketo gives most subscriptions. */
export const DAILY_CALLS = 50_000;
