/** Makes what Baton needs in Pipedrive: fields, their options, webhooks. Safe to repeat. */
import { z } from 'zod';
import type { CrmSetup, SetupResult, SetupStep } from '../../../contracts/crm-setup.ts';
import { Rejected } from '../../../lib/errors.ts';
import type { Company } from '../api/company.ts';
import { type Field, field, fieldNamed, fieldsPath } from '../api/schema.ts';
import { fits, HOOKED, missingOptions, OWNER_WORDS, type WantedField, wantedFields } from './wanted.ts';
import { type Hooked, makeWebhook, removeWebhook, standing, webhooksOf } from './webhooks.ts';

type Part = SetupResult['parts'][number];
type Work = { name: string; text: string; run(): Promise<Part['outcome']> };

/** A call for what is missing, four to see what is there. @param secret what the webhooks' password is made from */
export function deployer(company: Company, secret: string): CrmSetup['deploy'] {
  return async (messagesTo, progress, { dryRun = false } = {}) => {
    company.schema.forget();
    const to = { address: messagesTo, secret };
    const webhooks = await webhooksOf(company.client);
    const works = [
      ...(await Promise.all(wantedFields(company.rules).map(wanted => fieldWork(company, wanted, dryRun)))),
      ...HOOKED.map(object => webhookWork(company, object, { to, webhooks, dryRun })),
    ];
    const parts = await doAll(works, progress);
    company.schema.forget();
    return { ok: parts.every(({ outcome }) => outcome !== 'refused'), parts, byHand: BY_HAND };
  };
}

const BY_HAND = [
  'In Pipedrive, open a Person and a Deal, choose “Customize” in the sidebar, and pin the fields your reps should see.',
  'Let the user whose log-in Baton has see everything (Settings, Manage users: a deals admin in the top visibility group): Pipedrive tells Baton only what that user may see.',
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

async function fieldWork(company: Company, wanted: WantedField, dryRun: boolean): Promise<Work> {
  const known = fieldNamed(await company.schema.fields(wanted.of), wanted.name);
  const name = `field ${OWNER_WORDS[wanted.of]}: ${wanted.name}`;
  return { name, text: 'Making fields', run: () => settleField(company, wanted, known, dryRun) };
}

async function settleField(
  { client }: Company,
  wanted: WantedField,
  known: Field | undefined,
  dryRun: boolean,
): Promise<Part['outcome']> {
  const path = fieldsPath(wanted.of);
  if (!known) {
    const options = wanted.options && { options: wanted.options.map(label => ({ label })) };
    const json = { field_name: wanted.name, field_type: wanted.type, ...options };
    if (!dryRun) await client.ask({ method: 'POST', path, json, cost: 5 }, field);
    return 'made';
  }
  if (!fits(wanted, known)) {
    const why = `Pipedrive has a field of this name already, of the type ${known.field_type}. Rename it there, or give the playbook (${wanted.because ?? 'crm.fields'}) another name`;
    throw new Rejected(why, { service: 'pipedrive', code: 'OTHER_TYPE' });
  }
  const missing = missingOptions(wanted, known).map(label => ({ label }));
  if (missing.length === 0) return 'unchanged';
  const call = { method: 'POST', path: `${path}/${known.field_code}/options`, json: missing, cost: 5 } as const;
  if (!dryRun) await client.ask(call, z.unknown());
  return 'made';
}

function webhookWork(
  { client }: Company,
  object: Hooked,
  {
    to,
    webhooks,
    dryRun,
  }: { to: { address: string; secret: string }; webhooks: Awaited<ReturnType<typeof webhooksOf>>; dryRun: boolean },
): Work {
  return {
    name: `webhook ${object}`,
    text: 'Making webhooks',
    async run() {
      const { works, broken } = standing(webhooks, object, to);
      if (dryRun) return works ? 'unchanged' : 'made';
      for (const one of broken) await removeWebhook(client, one);
      if (works) return 'unchanged';
      await makeWebhook(client, object, to);
      return 'made';
    },
  };
}
