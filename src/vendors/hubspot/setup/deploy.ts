/** Makes what Baton needs in HubSpot: properties, their options, the label of contacts at deals. Safe to repeat. */
import type { CrmSetup, SetupResult, SetupStep } from '../../../contracts/crm-setup.ts';
import { Rejected } from '../../../lib/errors.ts';
import type { Api } from '../api/api.ts';
import { SERVICE } from '../api/errors.ts';
import type { ObjectType } from '../portal/ids.ts';
import type { Portal } from '../portal/portal.ts';
import { type Property, sameName } from '../portal/schema.ts';
import { fits, missingOptions, TYPE_WORDS, type WantedProperty, wantedProperties } from './wanted.ts';
import { subscriptionsByHand } from './webhooks.ts';

type Part = SetupResult['parts'][number];
type Work = { name: string; text: string; run(): Promise<Part['outcome']> };

/** A group of its own keeps Baton's properties together. */
const GROUP = { name: 'baton', label: 'Baton' };

/** A call for what is missing, and one for each type to see what is there. */
export function deployer(portal: Portal): CrmSetup['deploy'] {
  return async (_messagesTo, progress, { dryRun = false } = {}) => {
    const { schema, rules } = portal;
    schema.forget();
    const hasLeads = await schema.hasLeads();
    const works: Work[] = [];
    for (const wanted of wantedProperties(rules, hasLeads)) works.push(await propertyWork(portal, wanted, dryRun));
    const label = rules.opportunity.contact_role;
    if (label) works.push(labelWork(portal, label, dryRun));
    const parts = await doAll(works, progress);
    schema.forget();
    const ok = parts.every(({ outcome }) => outcome !== 'refused');
    return {
      ok,
      parts,
      byHand: [...subscriptionsByHand(hasLeads), ...BY_HAND, ...(hasLeads ? WITH_LEADS : WITHOUT_LEADS)],
    };
  };
}

const BY_HAND = [
  'In HubSpot, open a contact and a deal, choose “Customize record” and add the properties of the group Baton that your reps should see.',
];
const WITH_LEADS = [
  'Give every rep who gets leads a Sales seat (Settings, Users and teams): without one they own leads and cannot work them.',
];
const WITHOUT_LEADS = [
  'This account (or Baton’s token) has no leads: contacts are worked as contacts, by lifecycle stage and lead status. With Sales Hub Professional or Enterprise, give Baton’s app the scopes crm.objects.leads.read and crm.objects.leads.write and set up again.',
];

async function doAll(works: readonly Work[], progress: (step: SetupStep) => void): Promise<Part[]> {
  const parts: Part[] = [];
  for (const [index, { name, text, run }] of works.entries()) {
    progress({ text, done: index, of: works.length });
    try {
      parts.push({ name, outcome: await run() });
    } catch (error) {
      // One thing that is refused does not keep the others from being made.
      if (!(error instanceof Rejected)) throw error;
      parts.push({ name, outcome: 'refused', why: error.message });
    }
  }
  return parts;
}

async function propertyWork(portal: Portal, wanted: WantedProperty, dryRun: boolean): Promise<Work> {
  const known = (await portal.schema.properties(wanted.of)).find(({ name }) => name === wanted.name);
  const name = `property of a ${TYPE_WORDS[wanted.of]}: ${wanted.name}`;
  return { name, text: 'Making properties', run: () => settleProperty(portal.api, wanted, known, dryRun) };
}

async function settleProperty(
  api: Api,
  wanted: WantedProperty,
  known: Property | undefined,
  dryRun: boolean,
): Promise<Part['outcome']> {
  const path = api.paths.propertiesOf(wanted.of);
  if (!known) {
    if (dryRun) return 'made';
    await makeGroup(api, wanted.of);
    const { name, label, type, fieldType, unique = false, options = [] } = wanted;
    const given = { name, label, type, fieldType, groupName: GROUP.name, hasUniqueValue: unique, formField: false };
    await api.post(path, { ...given, ...(options.length > 0 && { options: options.map(optionOf) }) });
    return 'made';
  }
  if (!fits(wanted, known)) throw otherKind(wanted, known);
  const missing = missingOptions(wanted, known);
  if (missing.length === 0) return 'unchanged';
  const options = [...known.options.map(({ value, label }) => ({ value, label })), ...missing.map(optionOf)];
  if (dryRun) return 'made';
  const answer = await api.ask('PATCH', `${path}/${wanted.name}`, undefined, { options });
  if (answer.status >= 300) throw api.failure(answer, `PATCH ${path}/${wanted.name}`);
  return 'made';
}

const LABELS: Readonly<Record<string, string>> = { true: 'Yes', false: 'No' };
const optionOf = (value: string) => ({ value, label: LABELS[value] ?? value });

function otherKind({ unique, because }: WantedProperty, known: Property): Rejected {
  const is =
    unique && !known.unique
      ? 'whose values need not be unique'
      : `of the type ${known.type}${known.readOnly ? ', which only HubSpot writes' : ''}`;
  const fix = because ? `or give the playbook (${because}) another name` : 'so that Baton can make its own';
  const why = `HubSpot has a property of this name already, ${is}. Delete it there, ${fix}`;
  return new Rejected(why, { service: SERVICE, code: 'OTHER_TYPE' });
}

/** There already is as good. */
async function makeGroup(api: Api, of: ObjectType): Promise<void> {
  const path = `${api.paths.propertiesOf(of)}/groups`;
  const answer = await api.ask('POST', path, undefined, GROUP);
  if (answer.status >= 300 && answer.status !== 409) throw api.failure(answer, `POST ${path}`);
}

/** By name, for both directions. */
function labelWork({ api, schema }: Portal, label: string, dryRun: boolean): Work {
  return {
    name: `association label: ${label}`,
    text: 'Making labels',
    async run() {
      const known = await schema.associations('deals', 'contacts');
      if (known.some(one => one.label && sameName(one.label, label))) return 'unchanged';
      const name = label
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '_')
        .replace(/^_+|_+$/g, '');
      if (!dryRun) await api.post(api.paths.labels('deals', 'contacts'), { label, name: `baton_${name}`.slice(0, 50) });
      return 'made';
    },
  };
}
