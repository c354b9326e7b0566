/**
 * Reading contacts: each part of one has an address of its own; tags come along with the contact where that is asked for. The
 * parameter `include` is seen in public code, and stands in no page of the vendor's that we know: where an answer has no tags
 * they are asked for by themselves.
 */
import type { Glance } from '../../../contracts/source.ts';
import type { Importance } from '../../../domain/api-quota.ts';
import type { Contact } from '../../../domain/lead.ts';
import { objectsIn, textFrom } from '../../../lib/json-values.ts';
import { addressKey } from '../../../lib/text.ts';
import type { ActiveCampaign } from '../api/client.ts';
import { unlessForbidden } from '../api/errors.ts';
import { idFrom } from '../api/values.ts';
import { type Account, scoreNamed } from './account.ts';
import { contactOf, type ScoreNow, scoreOf } from './map.ts';

export interface ContactsOptions {
  api: ActiveCampaign;
  account: Account;
  /** Number or name of the score. */
  scoreProperty: string;
  stageProperty?: string | undefined;
}

export interface Contacts {
  /** Three calls, four where tags do not come along; names of fields, scores and tags are asked for once an hour. */
  contact(id: string): Promise<Contact | null>;
  /** Whoever has the address; null: nobody. One call. */
  idOf(email: string): Promise<string | null>;
  /** One call. */
  glance(id: string): Promise<Glance | null>;
  /** The score now; undefined: it has none, null: there is no such contact. One call. */
  scoreNow(id: string, importance: Importance): Promise<ScoreNow | undefined | null>;
}

export function contactReader({ api, account, scoreProperty, stageProperty }: ContactsOptions): Contacts {
  const importance = 'urgent';
  const score = async () => scoreNamed(await account.scores(), scoreProperty);

  /** What only helps to judge: a key that may not see it must not hold up the lead. */
  const helpful = async (id: string, path: string) => {
    const call = { path: `/contacts/${id}/${path}`, query: { limit: '100' }, importance } as const;
    const found = await api.find(call).catch(unlessForbidden);
    return objectsIn(found?.[path]);
  };

  async function scoreNow(id: string, how: Importance): Promise<ScoreNow | undefined | null> {
    const [found, ours] = await Promise.all([
      api.find({ path: `/contacts/${id}/scoreValues`, importance: how }),
      score(),
    ]);
    return found === null ? null : scoreOf(objectsIn(found.scoreValues), ours);
  }

  return {
    scoreNow,
    async contact(id) {
      if (idFrom(id) !== id) return null;
      // All are waited for, so that nothing of a failed look-up is still under way when it is tried again.
      const parts = [
        api.find({ path: `/contacts/${id}`, query: { include: 'contactTags' }, importance }),
        api.find({ path: `/contacts/${id}/scoreValues`, importance }),
        helpful(id, 'trackingLogs'),
      ] as const;
      await Promise.allSettled(parts);
      const [whole, scores, logs] = await Promise.all(parts);
      if (whole === null) return null;
      const contactTags = Array.isArray(whole.contactTags)
        ? objectsIn(whole.contactTags)
        : await helpful(id, 'contactTags');
      const [ours, fields, names] = await Promise.all([
        score(),
        account.fields(),
        account.tags().catch(unlessForbidden),
      ]);
      const read = { whole, scoreValues: objectsIn(scores?.scoreValues), logs, contactTags };
      return contactOf(read, { score: ours, fields, tags: names ?? new Map(), stageProperty });
    },
    async idOf(email) {
      const address = addressKey(email);
      if (!/^[^\s@]+@[^\s@]+$/.test(address)) return null;
      const found = await api.ask({ path: '/contacts', query: { email: address, limit: '20' }, importance });
      // Some filters mean "contains", and which do is not written anywhere.
      const same = objectsIn(found.contacts).find(one => addressKey(textFrom(one.email) ?? '') === address);
      return idFrom(same?.id) ?? null;
    },
    async glance(id) {
      const now = await scoreNow(id, 'usual');
      return now === null ? null : { score: now?.value ?? null };
    },
  };
}
