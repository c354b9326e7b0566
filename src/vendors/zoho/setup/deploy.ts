/** Makes what Baton needs in Zoho CRM: fields, values of pick lists, the channel of notifications. Safe to repeat. */
import { z } from 'zod';
import type { CrmSetup, SetupResult, SetupStep } from '../../../contracts/crm-setup.ts';
import { failureReason } from '../../../domain/failure-words.ts';
import { Rejected } from '../../../lib/errors.ts';
import type { Company } from '../api/company.ts';
import { refused, SERVICE } from '../api/errors.ts';
import { type Field, fieldNamed } from '../api/schema.ts';
import { channelsOf, EVENTS, type WatchOptions, watch } from '../events/watch.ts';
import { fits, isUnique, missingOptions, type WantedField, wantedFields } from './wanted.ts';

type Part = SetupResult['parts'][number];
type Work = { name: string; text: string; run(): Promise<Part['outcome']> };

/** A call for what is missing, four to see what is there. */
export function deployer(company: Company, watching: WatchOptions): CrmSetup['deploy'] {
  return async (messagesTo, progress, { dryRun = false } = {}) => {
    company.schema.forget();
    const works = [
      ...(await Promise.all(wantedFields(company.rules).map(wanted => fieldWork(company, wanted, dryRun)))),
      channelWork(company, messagesTo, watching, dryRun),
    ];
    const parts = await doAll(works, progress);
    company.schema.forget();
    return { ok: parts.every(({ outcome }) => outcome !== 'refused'), parts, byHand: BY_HAND };
  };
}

const BY_HAND = [
  'In Zoho CRM, open Setup › Customization › Modules and Fields, and drag the new fields of Leads, Contacts and Deals to where your reps should see them in each layout.',
  'Under Setup › Customization › Modules and Fields › Leads › Lead Conversion Mapping, map Baton’s fields of Leads to those of the same name of Contacts, all but “Baton Handoff”.',
  'Let the profiles of your reps read the new fields (Setup › Security Control › Profiles), and the user whose log-in Baton has see and change every record.',
];

async function doAll(works: readonly Work[], progress: (step: SetupStep) => void): Promise<Part[]> {
  const parts: Part[] = [];
  for (const [index, { name, text, run }] of works.entries()) {
    progress({ text, done: index, of: works.length });
    try {
      parts.push({ name, outcome: await run() });
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      parts.push({ name, outcome: 'refused', why: failureReason(error) });
    }
  }
  return parts;
}

async function fieldWork(company: Company, wanted: WantedField, dryRun: boolean): Promise<Work> {
  const known = fieldNamed(await company.schema.fields(wanted.of), wanted.name);
  const name = `field ${wanted.of}: ${wanted.name}`;
  return { name, text: 'Making fields', run: () => settleField(company, wanted, known, dryRun) };
}

async function settleField(
  company: Company,
  wanted: WantedField,
  known: Field | undefined,
  dryRun: boolean,
): Promise<Part['outcome']> {
  if (!known) {
    if (!dryRun) await saveField(company, wanted, 'POST', '', { ...shapeOf(wanted) });
    return 'made';
  }
  if (!fits(wanted, known)) {
    const why = `Zoho CRM has a field of this name already, of the type ${known.data_type}. Rename it there, or give the playbook (${wanted.because ?? 'crm.fields'}) another name`;
    throw new Rejected(why, { service: SERVICE, code: 'OTHER_TYPE' });
  }
  if (wanted.unique && !isUnique(known)) {
    const why =
      'Zoho CRM has a field of this name already, which is not unique. Tick “Do not allow duplicate values” in its properties';
    throw new Rejected(why, { service: SERVICE, code: 'NOT_UNIQUE' });
  }
  const missing = missingOptions(wanted, known);
  if (missing.length === 0) return 'unchanged';
  const values = [...(known.pick_list_values ?? []), ...missing.map(optionOf)];
  if (!dryRun) await saveField(company, wanted, 'PATCH', `/${known.id}`, { id: known.id, pick_list_values: values });
  return 'made';
}

const optionOf = (value: string) => ({ display_value: value, actual_value: value });

function shapeOf({ name, type, options, unique }: WantedField): Record<string, unknown> {
  return {
    field_label: name,
    data_type: type,
    ...(options && { pick_list_values: options.map(optionOf) }),
    ...(unique && { length: 50, unique: { casesensitive: false } }),
    ...(type === 'textarea' && { textarea: { type: 'large' } }),
    ...(type === 'double' && { decimal_place: 2 }),
  };
}

const made = z.object({
  fields: z.array(
    z.looseObject({ code: z.string(), message: z.string().default(''), details: z.looseObject({}).nullish() }),
  ),
});

/** One field, which is refused by itself. */
async function saveField(
  { client }: Company,
  { of }: WantedField,
  method: 'POST' | 'PATCH',
  below: string,
  field: Record<string, unknown>,
): Promise<void> {
  const call = { method, path: `/settings/fields${below}`, query: { module: of }, json: { fields: [field] } };
  const { fields } = await client.ask(call, made);
  const [first] = fields;
  if (first && first.code !== 'SUCCESS') throw refused(first);
}

function channelWork(company: Company, address: string, watching: WatchOptions, dryRun: boolean): Work {
  return {
    name: 'notifications',
    text: 'Making the channel of notifications',
    async run() {
      const channels = await channelsOf(company.client, watching);
      const works = channels.some(one => one.address === address && EVENTS.every(event => one.events.includes(event)));
      if (works) return 'unchanged';
      if (!dryRun) await watch(company, address, watching, 'POST');
      return 'made';
    },
  };
}
