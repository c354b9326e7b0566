/** Salesforce shows the promise to a lead: when it is due, that it was broken, when the lead was first reached. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { actionsOf } from '../../src/handoff/commands.ts';
import { MINUTE } from '../../src/lib/clock.ts';
import { sweep } from '../../src/sla/sweep.ts';
import { handedOff } from '../helpers/leads.ts';
import { slackIdOf } from '../helpers/slack.ts';
import { kinds, type System, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';

const EXAMPLE = await readFile(new URL('../../playbook.yaml', import.meta.url), 'utf8');
const UNMAPPED = EXAMPLE.replaceAll(/^ +(sla_due|sla_breached|first_touch): .*\n/gm, '');

/** Baton looks at its leads, and does all of what follows. */
async function look(baton: System): Promise<void> {
  await sweep(baton.app.deps);
  await baton.settled();
}

/** Marcus has called her just now. */
async function calls(baton: System, handoffId: string): Promise<void> {
  const { deps, workspaceId } = baton.app;
  const by = { workspaceId, handoffId, slackUserId: await slackIdOf(baton, 'marcus@example.com') };
  const done = await actionsOf(deps).logCall({ ...by, outcome: 'connected', direction: 'outbound', minutes: 4 });
  assert.deepEqual(done, { kind: 'done' });
  await baton.settled();
}

/** Calls that wrote to the lead itself. */
async function writes(baton: System): Promise<number> {
  const sent = await baton.calls('salesforce');
  return sent.filter(({ body }) => JSON.stringify(body)?.includes('/sobjects/Lead/')).length;
}

const stored = (at: Date | null) => at?.toISOString().replace('Z', '+0000') ?? null;

test('due from the first write on, broken when it is, reached when she was; what people made of the lead stays', async t => {
  const baton = await system(t);
  const { id, recordId, dueAt } = await handedOff(baton);
  const shown = async () => {
    const lead = (await baton.records('Lead')).find(one => one.Id === recordId);
    return [lead?.Baton_SLA_Due__c, lead?.Baton_SLA_Breached__c, lead?.Baton_First_Touch__c];
  };
  assert.ok(dueAt);
  assert.deepEqual(await shown(), [stored(dueAt), false, null]);
  await look(baton);
  assert.equal(await writes(baton), 1, 'the first write says it all');

  await baton.post(`/_sandbox/salesforce/Lead/${recordId}`, { Status: 'Working - Contacted', Title: 'CTO' });
  baton.clock.move(61 * MINUTE);
  await look(baton);
  assert.deepEqual(await shown(), [stored(dueAt), true, null]);
  assert.equal(await writes(baton), 2);

  baton.clock.move(5 * MINUTE);
  await calls(baton, id);
  await look(baton);
  const { contactedAt } = await baton.handoff('emma.thompson@acmecorp.com');
  assert.ok(contactedAt);
  await until('the touch is on the lead', async () => (await shown())[2] !== null);
  assert.deepEqual(await shown(), [stored(dueAt), true, stored(contactedAt)]);
  assert.equal(await writes(baton), 3);
  await look(baton);
  assert.equal(await writes(baton), 3, 'nothing is said twice');

  const [lead] = await baton.records('Lead');
  assert.deepEqual([lead?.Status, lead?.Title], ['Working - Contacted', 'CTO']);
  const story = kinds(await baton.story(id));
  assert.equal(story.filter(kind => kind === 'record_written').length, 1);
  assert.ok(!story.includes('record_warning'));
});

test('a playbook that wants none of it costs no call', async t => {
  const baton = await system(t, { playbook: UNMAPPED });
  const { id } = await handedOff(baton);
  baton.clock.move(61 * MINUTE);
  await look(baton);
  await calls(baton, id);
  await look(baton);
  assert.equal(await writes(baton), 1);
  const [lead] = await baton.records('Lead');
  assert.deepEqual(
    [lead?.Baton_SLA_Due__c, lead?.Baton_SLA_Breached__c, lead?.Baton_First_Touch__c],
    [null, false, null],
  );
});
