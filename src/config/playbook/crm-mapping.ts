/** The playbook's own mapping into the CRM: what may be written where, and what may not, with the reason. */
import type { Readable } from './readable.ts';
import type { Playbook } from './schema.ts';
import { nearest } from './suggest.ts';
import { problemInCrmValue } from './templates.ts';

type Crm = Readable<Playbook['crm']>;
type Report = (path: string, message: string, suggestion?: string) => void;

/** Objects Baton writes, and of those the ones that have record types. */
const OBJECTS = ['Lead', 'Contact', 'Account', 'Opportunity', 'Task'] as const;
const TYPED = ['Lead', 'Contact', 'Account', 'PersonAccount', 'Opportunity'] as const;

const LINKS = 'links records to one another, which Baton does';
const WRITTEN_BY_ORG = 'is written by Salesforce itself';

/** Fields that no mapping may write, in lower case, of any object. */
const RESERVED: Record<string, string> = {
  id: WRITTEN_BY_ORG,
  isdeleted: WRITTEN_BY_ORG,
  createddate: WRITTEN_BY_ORG,
  createdbyid: WRITTEN_BY_ORG,
  lastmodifieddate: WRITTEN_BY_ORG,
  lastmodifiedbyid: WRITTEN_BY_ORG,
  systemmodstamp: WRITTEN_BY_ORG,
  ownerid: 'follows the routing: who has the lead owns it (a pool’s queue is set with teams.….crm_queue)',
  recordtypeid: 'is set with crm.record_types, by the developer name of the type',
  currencyisocode: 'is set with crm.currency',
  accountid: LINKS,
  contactid: LINKS,
  whoid: LINKS,
  whatid: LINKS,
};

const RESERVED_ON: Partial<Record<(typeof OBJECTS)[number], Record<string, string>>> = {
  Lead: { email: 'is how people are found again: it is always the lead’s own', isconverted: WRITTEN_BY_ORG },
  Contact: { email: 'is how people are found again: it is always the lead’s own' },
  Opportunity: {
    name: 'is set with crm.opportunity.name',
    stagename: 'is set with crm.opportunity.stage',
    closedate: 'is set with crm.opportunity.close_in',
    campaignid: 'is set with crm.campaign',
  },
  Task: {
    subject: 'is how a rep tells the tasks apart, and Baton writes it',
    status: 'is the rep’s: a task that is done would be opened again',
    activitydate: 'follows the promise of the ladder',
  },
};

/** Object that each of Baton's own fields is written to. */
const OWN_OBJECTS = (name: string): readonly string[] => (name === 'mql_score' ? ['Opportunity'] : ['Lead', 'Contact']);

/** Checks what no single value of `crm` can say about itself. */
export function checkCrm(crm: Crm, report: Report): void {
  checkMapping(crm, 'custom', report);
  checkMapping(crm, 'defaults', report);
  for (const object of Object.keys(crm.record_types ?? {})) {
    checkObject(`crm.record_types.${object}`, object, TYPED, report);
  }
  checkTemplate('crm.opportunity.name', crm.opportunity?.name, report);
  checkTemplate('crm.campaign.name', crm.campaign?.name, report);
}

function checkMapping(crm: Crm, kind: 'custom' | 'defaults', report: Report): void {
  for (const [object, fields = {}] of Object.entries(crm[kind] ?? {})) {
    const path = `crm.${kind}.${object}`;
    if (!checkObject(path, object, OBJECTS, report)) continue;
    const seen = new Map<string, string>();
    for (const [field, source] of Object.entries(fields)) {
      const place = `${path}.${field}`;
      const lower = field.toLowerCase();
      const twice = seen.get(lower);
      if (twice !== undefined) report(place, `is ${twice} once more: Salesforce does not tell capitals apart`);
      seen.set(lower, field);
      const why = whyNot(object, lower);
      if (why !== undefined) report(place, `cannot be mapped: it ${why}`);
      const own = kind === 'custom' ? ownField(crm, object, lower) : undefined;
      if (own !== undefined)
        report(place, `is filled by crm.fields.${own} already: set that to null, or leave this out`);
      checkTemplate(place, source, report);
    }
  }
}

function whyNot(object: string, field: string): string | undefined {
  if (/^baton_/.test(field)) return 'is Baton’s own field';
  const own = RESERVED_ON[object as (typeof OBJECTS)[number]] ?? {};
  if (Object.hasOwn(own, field)) return own[field];
  return Object.hasOwn(RESERVED, field) ? RESERVED[field] : undefined;
}

function ownField({ fields = {} }: Crm, object: string, field: string): string | undefined {
  return Object.entries(fields).find(
    ([name, column]) => column?.toLowerCase() === field && OWN_OBJECTS(name).includes(object),
  )?.[0];
}

function checkObject(path: string, object: string, known: readonly string[], report: Report): boolean {
  if (known.includes(object)) return true;
  const list = `${known.slice(0, -1).join(', ')} or ${known.at(-1)}`;
  report(path, `must be an object Baton writes: ${list}`, nearest(object, known));
  return false;
}

function checkTemplate(path: string, source: string | undefined, report: Report): void {
  const problem = source === undefined ? undefined : problemInCrmValue(source);
  if (problem) report(path, problem.message, problem.suggestion);
}
