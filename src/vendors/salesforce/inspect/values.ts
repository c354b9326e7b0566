/** Picklists, record types, currency: do they take what the playbook says? Pure. */
import type { Column, OrgFacts } from './facts.ts';
import { type Finding, fine, given, names, orFine, problem, warning } from './findings.ts';
import { madeObjects, typedObject, type Wanted } from './wanted.ts';

/** What a new lead starts with. */
const NEW_LEAD = 'Open - Not Contacted';
const PRIORITIES = ['HIGH', 'MEDIUM', 'LOW'];

function columnOf({ objects }: OrgFacts, object: string, name: string): Column | undefined {
  const told = objects.get(object);
  return told && 'value' in told ? told.value.columns.get(name.toLowerCase()) : undefined;
}

const lacks = (column: Column, wanted: readonly string[]): string[] => {
  const has = new Set(column.values.map(value => value.toLowerCase()));
  return wanted.filter(value => !has.has(value.toLowerCase()));
};

const quoted = (values: readonly string[]): string => names(values.map(value => `"${value}"`));

/** Values Baton writes into picklists. */
export function valueFindings(facts: OrgFacts, wanted: Wanted): Finding[] {
  const made = new Set(madeObjects(wanted));
  return orFine(
    [
      ...priorityValues(facts, wanted, made),
      ...(made.has('Lead') ? leadValues(facts) : []),
      ...(made.has('Opportunity') ? dealValues(facts, wanted) : []),
      ...campaignValues(facts, wanted),
    ],
    'Picklists have every value that Baton writes',
  );
}

function priorityValues(facts: OrgFacts, wanted: Wanted, made: ReadonlySet<string>): Finding[] {
  const name = wanted.fields.icp_priority;
  if (!name) return [];
  return ['Lead', 'Contact'].flatMap(object => {
    const column = columnOf(facts, object, name);
    const missing = column?.restricted ? lacks(column, PRIORITIES) : [];
    if (missing.length === 0) return [];
    const say = made.has(object) ? problem : warning;
    return [
      say(
        `${object}.${name} is a restricted picklist without ${quoted(missing)}: such priorities are left out`,
        `Add ${missing.join(', ')} to the picklist, and to each record type that uses it.`,
      ),
    ];
  });
}

function leadValues(facts: OrgFacts): Finding[] {
  const status = columnOf(facts, 'Lead', 'Status');
  const source = columnOf(facts, 'Lead', 'LeadSource');
  const found: Finding[] = [];
  if (status && lacks(status, [NEW_LEAD]).length > 0) {
    const say = status.restricted ? problem : warning;
    found.push(
      say(
        `Lead.Status has no "${NEW_LEAD}", which Baton writes on new leads; it has ${quoted(status.values)}`,
        `Add "${NEW_LEAD}", or set crm.custom.Lead.Status in the playbook to the status your new leads have.`,
      ),
    );
  }
  if (source?.restricted) {
    found.push(
      warning(
        `Lead.LeadSource is restricted to ${quoted(source.values)}: other sources of your marketing system are left out`,
        'Add your marketing system’s lead sources to the picklist.',
      ),
    );
  }
  return found;
}

function dealValues(facts: OrgFacts, { rules }: Wanted): Finding[] {
  const { stage, contact_role: role } = rules.opportunity;
  const wishes = [
    { object: 'Opportunity', name: 'StageName', value: stage, key: 'crm.opportunity.stage' },
    ...(role === undefined
      ? []
      : [{ object: 'OpportunityContactRole', name: 'Role', value: role, key: 'crm.opportunity.contact_role' }]),
  ];
  return wishes.flatMap(({ object, name, value, key }) => {
    const column = columnOf(facts, object, name);
    if (!column || lacks(column, [value]).length === 0) return [];
    return [
      problem(
        `${object}.${name} has no "${value}" (${key}); it has ${quoted(column.values)}`,
        `Add the value in Salesforce, or set ${key} to one of these.`,
      ),
    ];
  });
}

function campaignValues({ campaign }: OrgFacts, { rules }: Wanted): Finding[] {
  const wish = rules.campaign;
  if (!wish || wish.name.includes('{')) return [];
  return given(campaign, 'The playbook’s campaign', statuses => {
    if (!statuses) {
      return [
        problem(
          `Salesforce has no campaign "${wish.name}" (crm.campaign): nobody becomes its member`,
          'Make the campaign, or correct its name in the playbook.',
        ),
      ];
    }
    const has = statuses.some(one => one.toLowerCase() === wish.status.toLowerCase());
    if (has) return [];
    return [
      warning(
        `The campaign "${wish.name}" has no member status "${wish.status}"; it has ${quoted(statuses)}`,
        'Add the status to the campaign, or set crm.campaign.status to one of these.',
      ),
    ];
  });
}

/** Record types of the playbook: there, active and given to Baton's user. */
export function recordTypeFindings({ objects }: OrgFacts, { rules }: Wanted): Finding[] {
  const wishes = Object.entries(rules.record_types);
  if (wishes.length === 0) return [];
  const found = wishes.flatMap(([object, name]) => {
    const told = objects.get(typedObject(object));
    if (!told || !('value' in told)) return [];
    const type = told.value.recordTypes.find(one => one.developerName.toLowerCase() === name.toLowerCase());
    const label = `Record type ${name} of ${object} (crm.record_types)`;
    if (!type) {
      return [
        problem(
          `${label} does not exist: new records get the default one`,
          'Make it, or correct its developer name in the playbook.',
        ),
      ];
    }
    if (!type.active)
      return [problem(`${label} is inactive`, 'Activate it in Salesforce, or name another in the playbook.')];
    if (!type.available) {
      return [
        problem(`${label} is not assigned to Baton’s user`, 'Assign it in the user’s profile or in a permission set.'),
      ];
    }
    return [];
  });
  return orFine(
    found,
    `Record types of the playbook are there: ${names(wishes.map(([object, name]) => `${object} ${name}`))}`,
  );
}

/** Settings of the org that change what records look like. */
export function featureFindings(facts: OrgFacts, { rules }: Wanted): Finding[] {
  const lead = columnOf(facts, 'Lead', 'CurrencyIsoCode');
  const found: Finding[] = [];
  if (lead && !rules.currency) {
    found.push(
      fine(
        `The org has several currencies (${names(lead.values)}): new records get the one of Baton’s user; crm.currency sets another`,
      ),
    );
  }
  if (rules.currency && !lead) {
    found.push(
      problem(
        `The playbook sets crm.currency ${rules.currency}, and the org has one currency only: the value is left out`,
        'Take crm.currency out of the playbook.',
      ),
    );
  }
  if (lead && rules.currency && lacks(lead, [rules.currency]).length > 0) {
    found.push(
      problem(
        `The org has no active currency ${rules.currency} (crm.currency); it has ${names(lead.values)}`,
        'Activate it in Setup › Manage Currencies, or set another in the playbook.',
      ),
    );
  }
  if (columnOf(facts, 'Account', 'IsPersonAccount')) {
    found.push(fine('Person accounts are on: leads without a company become people there'));
  }
  if (columnOf(facts, 'Lead', 'CountryCode') ?? columnOf(facts, 'Lead', 'StateCode')) {
    found.push(
      warning(
        'State and country picklists are on: a state or country that the org does not list is left out',
        'Use the org’s own spelling in your marketing system’s forms.',
      ),
    );
  }
  return found;
}
