import type { Source } from '../../contracts/source.ts';
import { SOAP_ACCEPTED } from '../../lib/soap-notifications.ts';
import { type ClientOptions, pardotClient } from './api/client.ts';
import { SERVICE } from './api/errors.ts';
import { crossingsPage } from './events/crossings.ts';
import { isOfOrg, readHook } from './events/hook.ts';
import { type OpenProspect, pollPage } from './events/poll.ts';
import { hookSetup } from './events/setup.ts';
import { feedbackTo } from './feedback/feedback.ts';
import { nurtureBy } from './feedback/nurture.ts';
import { inspect } from './inspect.ts';
import { fieldNamed, fieldReader } from './people/fields.ts';
import { prospectReader } from './people/prospects.ts';

export interface SourceOptions extends ClientOptions {
  /** `score`, or a number field of the account's own. */
  scoreProperty: string;
  /** The field of prospects that holds the stage; absent: stages are tags. */
  stageProperty?: string;
  /** Below it a prospect need not be noted when Baton is connected; default: everybody is. */
  threshold?: number;
  /** The playbook scores people by itself: what they do is a signal, too. */
  ownScore?: boolean;
  /** A field that takes the address of whoever has the lead; absent: nobody's is written. */
  ownerProperty?: string;
  /** Prospects of open leads in the order of their ids, those after one. */
  openContacts?(after: string): Promise<readonly OpenProspect[]>;
}

/**
 * Account Engagement (Pardot) as a source, for one business unit. A lead costs two calls (prospect, activities); names of own
 * fields are asked for once an hour.
 */
export function pardot(options: SourceOptions): Source {
  const { clock, scoreProperty, stageProperty, ownerProperty, threshold, ownScore = false, openContacts } = options;
  const api = pardotClient(options);
  const fields = fieldReader(api, clock);
  const prospects = prospectReader({ api, clock, fields, scoreProperty, stageProperty });
  return {
    name: SERVICE,
    syncsScores: true,
    // Nothing is signed: the hook key in the address is the proof.
    verify: () => ({ ok: true }),
    read: (request, receivedAt, refuse) => readHook(request, receivedAt, scoreProperty, refuse),
    isOfAccount: ({ body }) => isOfOrg(body, options.access),
    accepted: SOAP_ACCEPTED,
    contact: prospects.contact,
    glance: prospects.glance,
    async contactByEmail(email) {
      const id = await prospects.idOf(email);
      return id === null ? null : prospects.contact(id);
    },
    poll: cursor =>
      pollPage(
        {
          api,
          prospects,
          fields,
          clock,
          scoreProperty,
          stageProperty,
          threshold: threshold ?? Number.NEGATIVE_INFINITY,
          ownScore,
          openContacts,
        },
        cursor,
      ),
    crossingsBetween: (asked, cursor) => crossingsPage({ api, fields, scoreProperty }, asked, cursor),
    hookSetup: async address => hookSetup(address),
    inspect: async wanted =>
      inspect({ api, fields: await fields(), scoreProperty, stageProperty, ownerProperty }, wanted),
    async fields() {
      const known = await fields();
      const now = fieldNamed(known, scoreProperty);
      const numbers = [...known.values()].filter(one => one.isNumber);
      // The one in use goes by what the playbook says, however that is written.
      const scores = numbers.map(one => ({ name: one === now ? scoreProperty : one.name, label: one.label }));
      return { scores, stages: [] };
    },
    nurture: nurtureBy(api),
    ...feedbackTo({ api, prospects, fields, stageProperty, ownerProperty }),
  };
}
