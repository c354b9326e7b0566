import { Rejected } from '../../../lib/errors.ts';
import type { OrgWrite } from '../api/objects.ts';
import type { Org } from '../api/org.ts';
import { type Campaign, campaigns } from './campaign.ts';
import { type Queue, queues } from './queue.ts';
import { hasType, madeIn, type RecordTypes, recordTypes } from './record-types.ts';

/** Names of the playbook's mapping become ids of the org, and the org's types are learnt, before anything is written. */

/** A write with what the org says of the names in it. */
export interface Prepared extends OrgWrite {
  resolved?: Resolved;
}

interface Resolved extends Omit<RecordTypes, 'notes'> {
  queue?: Queue;
  campaign?: Campaign;
  /** What could not be found or filled in, one sentence each. */
  notes: readonly string[];
}

/** Makes the preparer of one org. Nothing is asked that an answer of the last hour says. */
export function preparer(org: Org): (write: OrgWrite) => Promise<Prepared> {
  const queueOf = queues(org);
  const campaignOf = campaigns(org);
  const typesOf = recordTypes(org);
  return async write => {
    const [queue, campaign] = await Promise.all([
      find(write.group, queueOf, name => `queue ${name}: the record has no queue as its owner`),
      find(write.campaign?.name, campaignOf, name => `campaign called "${name}": the person is in none`),
      ...mappedObjects(org, write).map(object => learn(org, object)),
    ]);
    const { notes, ...types } = await typesOf(write);
    return {
      ...write,
      resolved: {
        ...types,
        ...(queue.found && { queue: queue.found }),
        ...(campaign.found && { campaign: campaign.found }),
        notes: [
          ...(write.unfilled ?? []),
          ...notes,
          ...queue.notes,
          ...(queue.found ? unfitQueue(queue.found, write) : []),
          ...campaign.notes,
        ],
      },
    };
  };
}

/** Only leads wait in a queue: of other objects somebody is the owner from the first moment. */
function unfitQueue({ objects }: Queue, { group, mode }: OrgWrite): string[] {
  if (mode !== 'lead' || objects.has('Lead')) return [];
  return [`The queue ${group} may not own records of Lead: the record has no queue as its owner.`];
}

/** What is missing, or hidden from Baton's user, is left out with a note: the record is worth more. */
async function find<T>(
  name: string | undefined,
  ask: (name: string) => Promise<T | undefined>,
  missing: (name: string) => string,
): Promise<{ found?: T; notes: string[] }> {
  if (name === undefined) return { notes: [] };
  try {
    const found = await ask(name);
    return found === undefined ? { notes: [`Salesforce has no ${missing(name)}.`] } : { found, notes: [] };
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    return { notes: [`Salesforce shows Baton's user no ${missing(name)} (${error.code}).`] };
  }
}

/** Values of the playbook are text: the org's types must be known to write them. */
function mappedObjects(org: Org, write: OrgWrite): string[] {
  const made = madeIn(write);
  const touched = new Set([...made, 'Task', ...(write.existing ? [write.existing.object] : [])]);
  const mapped = [...Object.keys(write.custom ?? {}), ...Object.keys(write.defaults ?? {})];
  return [
    ...new Set([
      ...mapped.filter(object => touched.has(object)),
      ...made.filter(object => org.rules.currency !== undefined || hasType(org.rules, object)),
    ]),
  ];
}

/** An object Baton may not describe is written by the standard lengths alone; its refusals speak for themselves. */
async function learn(org: Org, object: string): Promise<undefined> {
  try {
    await org.schema.learn(object, undefined);
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
  }
  return undefined;
}
