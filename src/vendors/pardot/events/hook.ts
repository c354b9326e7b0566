/**
 * How a crossing is told without being asked for: Account Engagement calls nobody, but its connector writes score, grade and
 * the prospect's page to the person's record in Salesforce (`pi__score__c`, `pi__grade__c`, `pi__url__c`), and a flow there
 * sends an outbound message. None is signed: the secret address is the proof, and the org that it names.
 */
import type { HookRequest } from '../../../contracts/hook.ts';
import type { Signal } from '../../../contracts/source.ts';
import { numberFrom, textFrom } from '../../../lib/json-values.ts';
import { readSoapMessage } from '../../../lib/soap-notifications.ts';
import type { Access } from '../api/session.ts';
import { idFrom, timeFrom } from '../api/values.ts';

/** The field of every prospect that the connector syncs. */
export const SYNCED_SCORE = 'score';

/**
 * A signal for each record; one that names no prospect is told to `refuse`.
 * @throws BadInput when the body is no outbound message
 */
export function readHook(
  { body }: HookRequest,
  receivedAt: Date,
  scoreProperty: string,
  refuse?: (why: string) => void,
): Signal[] {
  const { notifications } = readSoapMessage(body);
  return notifications.flatMap(({ key, record, fields }) => {
    const named = new Map(Object.entries(fields).map(([name, value]) => [name.toLowerCase(), value]));
    const contactId = prospectIn(named.get('pi__url__c'));
    if (contactId === undefined) {
      const why = record ? 'its pi__url__c names no prospect: is it synced?' : 'it was deleted before the message left';
      refuse?.(`${record ? `${record.object} ${record.id}` : 'a record'} is of nobody here: ${why}`);
      return [];
    }
    const score = scoreProperty === SYNCED_SCORE ? numberFrom(named.get('pi__score__c')) : undefined;
    const [email, company] = [textFrom(named.get('email')), textFrom(named.get('company'))];
    // The sync comes minutes after: when the score changed is the field's own time, where the message has it.
    const scoredAt = timeFrom(named.get('pi__pardot_last_scored_at__c'));
    return [
      {
        contactId,
        occurredAt: scoredAt ?? receivedAt.toISOString(),
        via: 'webhook' as const,
        ...(score !== undefined && { score }),
        ...(email && { email }),
        ...(company && { company }),
        dedupeKey: `message:${key}`,
      },
    ];
  });
}

/** Ids have 15 characters, or the same and three more that only tell capitals apart. */
const ID = 15;

/**
 * Does the connected org send it? A sandbox that was made of the org has its flows, and the address in them. The log-in kept is
 * asked; none or one call. One that does not say its org, as it was kept by an earlier version, lets every message in.
 */
export async function isOfOrg(body: Buffer, access: Access): Promise<boolean> {
  const { organization } = await access();
  return organization === undefined || readSoapMessage(body).organization.slice(0, ID) === organization.slice(0, ID);
}

/** `https://pi.pardot.com/prospect/read?id=71819`, or with `/id/71819`. */
function prospectIn(address: string | undefined): string | undefined {
  const url = URL.parse(address ?? '');
  if (!url?.pathname.startsWith('/prospect/read')) return undefined;
  return idFrom(url.searchParams.get('id') ?? url.pathname.split('/').at(-1));
}
