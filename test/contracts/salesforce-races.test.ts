/** Whatever happens to a write and its record, and in whatever order: one living record of the person, one follow-up. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { CrmWritten } from '../../src/contracts/crm.ts';
import { existingIn } from '../../src/handoff/record/mode.ts';
import { RateLimited, Unavailable } from '../../src/lib/errors.ts';
import { writeOf } from './crm.suite.ts';
import { COMPOSITE, type Org, openOrg, type Row } from './salesforce-org.ts';

const EMAIL = 'emma@acmecorp.com';

/** What may happen to one call of ours. */
const CALLS = [
  'fine',
  'lost before',
  'lost after',
  'locked',
  'task locked',
  'field refused',
  'rival',
  'read-only',
] as const;
/** What people may do to the record in between; `nothing` is what they do most. */
const DEEDS = ['nothing', 'nothing', 'merge', 'convert', 'delete', 'purge', 'close the task'] as const;

const trouble: Record<(typeof CALLS)[number], (org: Org) => Promise<void>> = {
  fine: async () => undefined,
  'lost before': async org => org.sandbox.fault({ service: 'salesforce', path: COMPOSITE, reset: true }),
  'lost after': async org => org.sandbox.fault({ service: 'salesforce', path: COMPOSITE, reset: true, after: 'after' }),
  locked: org => org.set({ lockOnce: true }),
  'task locked': org => refuse(org, 'Task', 'UNABLE_TO_LOCK_ROW'),
  'field refused': org => refuse(org, 'Lead', 'FIELD_CUSTOM_VALIDATION_EXCEPTION', 'Lead_Score__c'),
  rival: async org => {
    await org.set({ trouble: { rival: 'Lead' } });
    await org.set({ trouble: { rival: 'Task' } });
  },
  'read-only': org => org.set({ trouble: { readOnly: true } }),
};

async function refuse(org: Org, object: string, errorCode: string, field?: string): Promise<void> {
  const errors = [{ errorCode, message: errorCode, fields: field ? [field] : [] }];
  await org.set({ trouble: { refuse: { object, errors, ...(field && { field }) } } });
}

/** The person's records that are in use. */
async function living(org: Org): Promise<{ object: 'Lead' | 'Contact'; row: Row }[]> {
  const leads = (await org.rows('Lead')).filter(row => row.IsConverted !== true);
  const contacts = await org.rows('Contact');
  return [
    ...leads.map(row => ({ object: 'Lead' as const, row })),
    ...contacts.map(row => ({ object: 'Contact' as const, row })),
  ].filter(({ row }) => row.Email === EMAIL);
}

async function meddle(org: Org, deed: (typeof DEEDS)[number]): Promise<void> {
  const [one] = await living(org);
  if (!one || deed === 'nothing') return;
  const { object, row } = one;
  const id = String(row.Id);
  if (deed === 'close the task') {
    for (const task of await org.rows('Task')) await org.add(`Task/${task.Id}`, { Status: 'Completed' });
  } else if (deed === 'convert') {
    if (object === 'Lead') await org.press('convert', { lead: id });
  } else if (deed === 'merge') {
    const master = await org.add(object, { LastName: 'M', Email: EMAIL, ...(object === 'Lead' && { Company: 'A' }) });
    await org.press('merge', { object, master, losers: [id] });
  } else if (object === 'Lead') {
    // A contact that is deleted after a conversion is a person's decision: it is told, not undone.
    await org.add(`Lead/${id}`, { IsDeleted: true });
    for (const task of await org.rows('Task')) await org.add(`Task/${task.Id}`, { IsDeleted: true });
    if (deed === 'purge') await org.press('purge', { object, id });
  }
}

test('any order of saves, losses, locks, refusals, merges, conversions and deletions', async t => {
  const step = fc.record({ call: fc.constantFrom(...CALLS), deed: fc.constantFrom(...DEEDS) });
  const org = await openOrg();
  t.after(() => org.sandbox.close());
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async steps => {
      org.sandbox.reset();
      const crm = org.connect({ timeoutMs: 5_000 });
      const write = writeOf();
      let known: CrmWritten | undefined;
      let failed = false;
      /** What the story of a handoff does: its own record if it knows one, else a look-up when it had to try again. */
      async function attempt(): Promise<void> {
        try {
          const match = known || !failed ? undefined : await crm.match({ email: EMAIL });
          const existing = known ? { kind: known.kind, id: known.id } : match && existingIn('lead', match)?.record;
          known = await crm.write({ ...write, ...(existing && { existing }) });
        } catch (error) {
          if (!(error instanceof Unavailable || error instanceof RateLimited)) throw error;
          failed = true;
        }
      }
      for (const { call, deed } of steps) {
        await trouble[call](org);
        await attempt();
        if (call === 'read-only') await org.set({ trouble: { readOnly: false } });
        await meddle(org, deed);
      }
      for (let tries = 0; tries < 6; tries += 1) await attempt();
      const now = await living(org);
      assert.deepEqual(
        now.map(one => [one.object.toLowerCase(), one.row.Id]),
        [[known?.kind, known?.id]],
      );
      assert.equal(now[0]?.row.Baton_Handoff_Id__c, write.handoffId);
      const tasks = (await org.rows('Task')).filter(row => row.Baton_Handoff_Id__c === write.handoffId);
      assert.deepEqual(
        tasks.map(row => row.WhoId),
        [known?.id],
      );
    }),
    { numRuns: 40 },
  );
});
