/** What the playbook, or Baton by default, reads out of a lead's status: does the org have it? Pure. */
import type { LeadStatuses } from '../../../contracts/crm-traits.ts';
import { LEAD_STATUSES, NEW_STATUS } from '../traits.ts';
import type { OrgFacts } from './facts.ts';
import { type Finding, fine, given, names, problem, warning } from './findings.ts';
import { madeObjects, type Wanted } from './wanted.ts';

const MEANINGS = ['working', 'contacted', 'rejected'] as const;

type Status = { label: string; converted: boolean };

/** Statuses the playbook names; without it those of every new org, as far as this one has them. */
export function statusFindings({ leadStatuses }: OrgFacts, wanted: Wanted): Finding[] {
  if (!madeObjects(wanted).includes('Lead')) return [];
  const { statuses } = wanted.rules;
  return given(leadStatuses, 'Statuses of leads', all =>
    statuses ? ofPlaybook(statuses, all) : byDefault(all.filter(one => !one.converted)),
  );
}

function ofPlaybook(statuses: LeadStatuses, all: readonly Status[]): Finding[] {
  const found = [
    ...MEANINGS.flatMap(meaning => statuses[meaning].flatMap(name => ofName(name, meaning, all))),
    ...namedTwice(statuses),
  ];
  return found.length > 0 ? found : [fine('Every status of crm.statuses is one of Lead.Status')];
}

/** A playbook may say so, and then the strongest counts: nobody would guess which. */
function namedTwice({ working, contacted, rejected }: LeadStatuses): Finding[] {
  const isIn = (list: readonly string[], name: string) => list.some(one => isSame(one, name));
  const said = (name: string, meanings: string, counts: string) =>
    warning(`"${name}" stands in crm.statuses as ${meanings}: it counts as ${counts}`, 'Leave it in one of them.');
  return [
    ...contacted.filter(name => isIn(rejected, name)).map(name => said(name, 'contacted and rejected', 'rejected')),
    ...working
      .filter(name => isIn(rejected, name) || isIn(contacted, name))
      .map(name =>
        isIn(rejected, name)
          ? said(name, 'working and rejected', 'rejected')
          : said(name, 'working and contacted', 'contacted'),
      ),
  ];
}

function ofName(name: string, meaning: string, all: readonly Status[]): Finding[] {
  const status = all.find(({ label }) => isSame(label, name));
  if (!status) {
    return [
      problem(
        `Lead.Status has no "${name}" (crm.statuses.${meaning}); it has ${quoted(all.map(one => one.label))}`,
        `Set crm.statuses.${meaning} to the statuses your leads really have.`,
      ),
    ];
  }
  if (!status.converted || meaning !== 'rejected') return [];
  return [
    warning(
      `"${name}" (crm.statuses.rejected) is what a lead has once it is converted: Baton would take it for turned down`,
      'Take it out of crm.statuses.rejected: a conversion is known without it.',
    ),
  ];
}

function byDefault(open: readonly Status[]): Finding[] {
  const known = MEANINGS.flatMap(meaning =>
    open
      .filter(({ label }) => LEAD_STATUSES[meaning].some(name => isSame(name, label)))
      .map(({ label }) => `"${label}" as ${meaning}`),
  );
  const unknown = open.filter(({ label }) => !STOCK.some(name => isSame(name, label)));
  if (known.length > 0 && unknown.length > 0) {
    return [
      warning(
        `Baton reads ${names(known)}; it makes nothing of ${names(unknown.map(one => `"${one.label}"`))}`,
        'Where one of them means working, contacted or rejected, say so in crm.statuses, beside those above.',
      ),
    ];
  }
  if (known.length > 0) return [fine(`Baton reads ${names(known)}; crm.statuses says otherwise`)];
  return [
    warning(
      `Baton knows none of this org's lead statuses (${quoted(open.map(one => one.label))}): what reps say by status is not heard`,
      'Say in crm.statuses which of them mean working, contacted and rejected.',
    ),
  ];
}

/** What Baton has an opinion of, the status of new leads included. */
const STOCK = [...MEANINGS.flatMap(meaning => LEAD_STATUSES[meaning]), NEW_STATUS, 'New'];

const isSame = (one: string, other: string) => one.trim().toLowerCase() === other.trim().toLowerCase();

const quoted = (values: readonly string[]): string => names(values.map(value => `"${value}"`));
