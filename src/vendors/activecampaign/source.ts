import type { Source } from '../../contracts/source.ts';
import { activeCampaignClient, type ClientOptions } from './api/client.ts';
import { SERVICE } from './api/errors.ts';
import { readHook } from './events/hook.ts';
import { type OpenContact, pollPage } from './events/poll.ts';
import { hookSetup } from './events/setup.ts';
import { feedbackTo } from './feedback/feedback.ts';
import { nurtureBy } from './feedback/nurture.ts';
import { inspect } from './inspect.ts';
import { accountReader, scoreNamed } from './people/account.ts';
import { contactReader } from './people/contacts.ts';

export interface SourceOptions extends ClientOptions {
  /** Number or name of the score; `score`: the only one there is. */
  scoreProperty: string;
  /** The field of contacts that holds the stage, by its personalization tag; absent: stages are tags. */
  stageProperty?: string;
  /** Below it a contact that is new is no signal; default: every one is. */
  threshold?: number;
  /** The playbook scores people who have no score here: what they do is a signal, too. */
  ownScore?: boolean;
  /** A field that takes the address of whoever has the lead; absent: nobody's is written. */
  ownerProperty?: string;
  /** Contacts of open leads in the order of their ids, those after one. */
  openContacts?(after: string): Promise<readonly OpenContact[]>;
}

/**
 * ActiveCampaign as a source, for one account. A lead costs three calls (contact with its tags, scores, tracking), four
 * where tags do not come along; names of scores, fields and tags are asked for once an hour.
 */
export function activeCampaign(options: SourceOptions): Source {
  const { clock, scoreProperty, stageProperty, ownerProperty, threshold, ownScore = false } = options;
  const api = activeCampaignClient(options);
  const account = accountReader(api, clock);
  const contacts = contactReader({ api, account, scoreProperty, stageProperty });
  return {
    name: SERVICE,
    // Nothing is signed: the hook key in the address is the proof.
    verify: () => ({ ok: true }),
    read: (request, receivedAt) => readHook(request, receivedAt, ownScore),
    contact: contacts.contact,
    glance: contacts.glance,
    async contactByEmail(email) {
      const id = await contacts.idOf(email);
      return id === null ? null : contacts.contact(id);
    },
    poll: cursor => pollPage({ ...options, api, account, contacts }, cursor),
    async hookSetup(address) {
      const score = scoreNamed(await account.scores(), scoreProperty);
      return hookSetup({ address, score: score?.label, threshold: threshold ?? 0 });
    },
    inspect: wanted => inspect({ api, account, scoreProperty, stageProperty, ownerProperty }, wanted),
    async fields() {
      const scores = await account.scores();
      // The one in use goes by what the playbook says, even where that names none.
      const now = scoreNamed(scores, scoreProperty);
      const named = scores.map(one => ({ name: one === now ? scoreProperty : one.name, label: one.label }));
      return { scores: named, stages: [] };
    },
    nurture: nurtureBy(api),
    ...feedbackTo({ api, account, stageProperty, ownerProperty }),
  };
}
