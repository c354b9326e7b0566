import { Rejected } from '../../../lib/errors.ts';
import type { CrmWrite } from '../../crm.ts';
import { queries } from '../composite.ts';
import type { Org } from '../org.ts';
import { quote } from '../soql.ts';
import { type Campaign, campaigns } from './campaign.ts';
import { type Queue, queues } from './queue.ts';
import { remembered } from './remember.ts';

/** Names of the playbook's mapping become ids of the org, and the org's types are learnt, before anything is written. */

/** A write with what the org says of the names in it. */
export interface Prepared extends CrmWrite {
  resolved?: Resolved;
}

interface Resolved {
  /** Object → id of the record type of those that are made. */
  recordTypes: Readonly<Record<string, string>>;
  /** Set when the person is to have an account of their own: its record type. */
  personType?: string;
  queue?: Queue;
  campaign?: Campaign;
  /** What could not be found or filled in, one sentence each. */
  notes: readonly string[];
}

/** Objects whose makers are asked for a record type and a currency. */
const MADE = {
  lead: ['Lead'],
  account_based: ['Account', 'Contact', 'Opportunity'],
} as const;

/** Makes the preparer of one org. Nothing is asked that an answer of the last hour says. */
export function preparer(org: Org): (write: CrmWrite) => Promise<Prepared> {
  const queueOf = queues(org);
  const campaignOf = campaigns(org);
  const isPersonType = personTypes(org);
  return async write => {
    const [queue, campaign] = await Promise.all([
      find(write.queue, queueOf, name => `queue ${name}: the record has no queue as its owner`),
      find(write.campaign?.name, campaignOf, name => `campaign called "${name}": the person is in none`),
      ...mappedObjects(org, write).map(object => learn(org, object)),
    ]);
    const { recordTypes, notes } = recordTypesOf(org, write);
    const { Account: accountType, ...others } = recordTypes;
    const isOfPersons = accountType !== undefined && (await isPersonType(accountType));
    return {
      ...write,
      resolved: {
        recordTypes: isOfPersons ? others : recordTypes,
        ...(isOfPersons && isNobodys(write) && { personType: accountType }),
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
function unfitQueue({ objects }: Queue, { queue, mode }: CrmWrite): string[] {
  if (mode !== 'lead' || objects.has('Lead')) return [];
  return [`The queue ${queue} may not own records of Lead: the record has no queue as its owner.`];
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

/** No company is known: not by name, and not by the domain of an address. */
const isNobodys = ({ domain, person }: CrmWrite): boolean => !domain && !person.company?.trim();

/** Record types of person accounts, in orgs that have any: one call an hour. */
function personTypes(org: Org): (id: string) => Promise<boolean> {
  const ask = remembered(org.clock, async id => {
    const [rows = []] = await queries(org, [`SELECT IsPersonType FROM RecordType WHERE Id = ${quote(id)}`]);
    return rows[0]?.IsPersonType === true;
  });
  // The column that says so exists nowhere else.
  return async id => org.schema.of('Account')?.has('ispersonaccount') === true && ask(id);
}

/** Values of the playbook are text: the org's types must be known to write them. */
function mappedObjects(org: Org, write: CrmWrite): string[] {
  const { record_types, currency } = org.rules;
  const made: readonly string[] = MADE[write.mode];
  const touched = new Set([...made, 'Task', ...(write.existing ? [write.existing.object] : [])]);
  const mapped = [...Object.keys(write.custom ?? {}), ...Object.keys(write.defaults ?? {})];
  return [
    ...new Set([
      ...mapped.filter(object => touched.has(object)),
      ...made.filter(object => currency !== undefined || record_types[object] !== undefined),
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

function recordTypesOf(org: Org, { mode }: CrmWrite): { recordTypes: Record<string, string>; notes: string[] } {
  const recordTypes: Record<string, string> = {};
  const notes: string[] = [];
  for (const object of MADE[mode]) {
    const name = org.rules.record_types[object];
    if (name === undefined) continue;
    const found = org.schema.recordType(object, name);
    if (found?.available) recordTypes[object] = found.id;
    else if (found)
      notes.push(`Baton's user may not use the record type ${name} of ${object}: left to the org's default.`);
    else notes.push(`Salesforce has no active record type ${name} of ${object}: left to the org's default.`);
  }
  return { recordTypes, notes };
}
