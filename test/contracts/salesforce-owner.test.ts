/** Whose records are: who made it so, asked and polled; and giving them back. */
import assert from 'node:assert/strict';
import type { CrmEvent } from '../../src/contracts/crm-events.ts';
import type { CrmRecordKind } from '../../src/contracts/crm-records.ts';
import { Rejected, Unavailable } from '../../src/lib/errors.ts';
import { writeOf } from './crm.suite.ts';
import { inOrg, NOW, type Org } from './salesforce-org.ts';

const parsed = ({ crm }: Org, event: CrmEvent | undefined) => {
  assert.ok(event && crm.parse);
  return crm.parse(event);
};

inOrg('who changed a record last is told with its owner, in one call: Baton, a rule, a person', async org => {
  const [marcus, priya] = [await org.userId('marcus@example.com'), await org.userId('priya@example.com')];
  const { id } = await org.crm.write(writeOf({ handoffId: 'h-1', ownerId: marcus }));
  const look = async () => parsed(org, await org.crm.look?.({ kind: 'lead', id }));
  const calls = org.calls().length;
  const written = await look();
  assert.equal(org.calls().length, calls + 1);
  assert.ok(written.kind === 'person');
  assert.deepEqual(
    [written.ownerId, written.ownerName, written.changedBy?.kind, written.changedAt],
    [marcus, 'Marcus Chen', 'self', NOW.toISOString()],
  );
  const cases: [as: string, owner: string, kind: string, name: string][] = [
    ['Automated Process', priya, 'automation', 'Automated Process'],
    ['HubSpot Integration', marcus, 'automation', 'HubSpot Integration'],
    ['dana@example.com', priya, 'user', 'Dana Ruiz'],
  ];
  for (const [as, OwnerId, kind, name] of cases) {
    await org.change('Lead', id, { OwnerId, _as: as });
    const now = await look();
    assert.ok(now.kind === 'person');
    assert.deepEqual([now.ownerId, now.changedBy?.kind, now.changedBy?.name], [OwnerId, kind, name]);
  }
  const [queue] = await org.rows('Group');
  await org.change('Lead', id, { OwnerId: String(queue?.Id), _as: 'dana@example.com' });
  const queued = await look();
  assert.deepEqual(queued.kind === 'person' && [queued.ownerId, queued.ownerName], [queue?.Id, queue?.Name]);
  assert.equal(await org.crm.look?.({ kind: 'lead', id: '00QHs0000009999MAA' }), undefined);
});

inOrg('a poll brings the records Baton wrote, others’ not, and does without those the org has no key on', async org => {
  const { crm } = org;
  const { id } = await crm.write(writeOf({ handoffId: 'h-1', ownerId: await org.userId('marcus@example.com') }));
  await org.add('Lead', { LastName: 'Stranger', Company: 'Elsewhere' });
  const records = (events: CrmEvent[]) => events.filter(one => one.record?.kind !== 'activity').map(one => one.record);
  const first = await crm.poll?.(null, NOW);
  assert.deepEqual(records(first?.events ?? []), [{ kind: 'lead', id }]);
  const written =
    first &&
    parsed(
      org,
      first.events.find(one => one.record?.kind === 'lead'),
    );
  assert.deepEqual(written?.kind === 'person' && [written.changedBy?.kind, written.status], [
    'self',
    'Open - Not Contacted',
  ]);

  await org.set({ removeField: { object: 'Opportunity', field: 'Baton_Handoff_Id__c' } });
  await org.set({ removeField: { object: 'Contact', field: 'Baton_Handoff_Id__c' } });
  org.clock.move(60 * 60_000);
  const nothing = await crm.poll?.(first?.cursor ?? null, NOW);
  const keys = (page: typeof first) => page?.events.filter(one => one.record?.kind === 'lead').map(one => one.key);
  assert.deepEqual(keys(nothing), keys(first), 'what may have come late is told again, by the same key');
  await org.change('Lead', id, { OwnerId: await org.userId('priya@example.com'), _as: 'Automated Process' });
  const calls = org.calls().length;
  const next = await crm.poll?.(nothing?.cursor ?? null, NOW);
  assert.equal(org.calls().length, calls + 2, 'one of them for the bin');
  assert.deepEqual(records(next?.events ?? []), [{ kind: 'lead', id }]);
  const taken =
    next &&
    parsed(
      org,
      next.events.find(one => one.record?.kind === 'lead'),
    );
  assert.deepEqual(taken?.kind === 'person' && [taken.ownerName, taken.changedBy?.kind], ['Priya Nair', 'automation']);
});

inOrg('a record is given to somebody in one call, which says whose it is then', async org => {
  const [marcus, priya] = [await org.userId('marcus@example.com'), await org.userId('priya@example.com')];
  const { id } = await org.crm.write(writeOf({ handoffId: 'h-1', ownerId: marcus }));
  const give = (to: string, kind: CrmRecordKind = 'lead', which = id) => org.crm.setOwner?.({ kind, id: which }, to);
  const calls = org.calls().length;
  assert.deepEqual(
    [await give(priya), await give(priya)],
    [{ ownerId: priya }, { ownerId: priya }],
    'as often as one likes',
  );
  assert.equal(org.calls().length, calls + 2);
  const [body] = org.sandbox.calls('salesforce').slice(-1);
  assert.match(JSON.stringify(body?.body), /"Sforce-Auto-Assign":"FALSE"/);

  await org.set({ ownerRule: { object: 'Lead', to: 'priya@example.com' } });
  assert.deepEqual(await give(marcus), { ownerId: priya }, 'a rule has the last word');
  await org.set({ ownerRule: null });
  await org.set({ deactivateUser: 'marcus@example.com' });
  const refusals: [kind: CrmRecordKind, id: string][] = [
    ['lead', '00QHs0000009999MAA'],
    ['activity', id],
  ];
  for (const [kind, which] of refusals) {
    await assert.rejects(async () => give(marcus, kind, which), Rejected, kind);
  }
  await assert.rejects(async () => give(marcus), Rejected, 'nobody who has left');
});

inOrg(
  'field history tells who gave a record to its owner, whoever saved it since; an org without it is left alone',
  async org => {
    const { crm } = org;
    const [marcus, priya] = [await org.userId('marcus@example.com'), await org.userId('priya@example.com')];
    const { id } = await crm.write(writeOf({ handoffId: 'h-1', ownerId: marcus }));
    const given = (to: string, kind: CrmRecordKind = 'lead', which = id) => crm.ownerGiven?.({ kind, id: which }, to);
    const calls = async (work: () => Promise<unknown>) => {
      const before = org.calls().length;
      await work();
      return org.calls().length - before;
    };
    assert.equal(await calls(async () => assert.equal(await given(marcus), undefined)), 1);
    assert.equal(await calls(async () => assert.equal(await given(marcus), undefined)), 0, 'not asked again so soon');

    await org.set({ features: { trackOwner: ['Lead', 'Opportunity'] } });
    org.clock.move(61 * 60_000);
    assert.equal(await given(marcus), undefined, 'made so, and never changed');
    await org.set({ ownerRule: { object: 'Lead', to: 'priya@example.com' } });
    await crm.setOwner?.({ kind: 'lead', id }, marcus);
    await org.set({ ownerRule: null });
    const { LastModifiedDate: ruledAt } = (await org.rows('Lead')).find(lead => lead.Id === id) ?? {};
    assert.equal(ruledAt, '2026-11-24T19:01:00.000+0000');
    org.clock.move(60_000);
    await crm.setFields?.({ kind: 'lead', id }, { sla_breached: true });
    assert.deepEqual(
      [(await given(priya))?.changedBy?.kind, (await given(priya))?.changedAt],
      ['self', '2026-11-24T19:01:00.000Z'],
    );

    org.clock.move(60_000);
    await org.change('Lead', id, { OwnerId: marcus, _as: 'dana@example.com' });
    org.clock.move(60_000);
    await crm.setFields?.({ kind: 'lead', id }, { sla_breached: false });
    const looked = parsed(org, await crm.look?.({ kind: 'lead', id }));
    assert.equal(looked.kind === 'person' && looked.changedBy?.kind, 'self', 'whoever saved it last');
    assert.deepEqual(await given(marcus), {
      changedBy: { id: await org.userId('dana@example.com'), name: 'Dana Ruiz', kind: 'user', certain: true },
      changedAt: '2026-11-24T19:03:00.000Z',
    });
    assert.equal(await given(priya), undefined, 'a history that does not tell of this owner tells nothing');

    const [queue] = await org.rows('Group');
    await org.change('Lead', id, { OwnerId: String(queue?.Id), _as: 'Automated Process' });
    assert.equal((await given(String(queue?.Id)))?.changedBy?.kind, 'automation');
    assert.equal(
      await calls(async () => assert.equal(await given(marcus, 'contact', '003Hs0000000001MAA'), undefined)),
      1,
    );
    assert.equal(await calls(async () => assert.equal(await given(marcus, 'company'), undefined)), 0);
    org.sandbox.fault({ service: 'salesforce', path: '/query', status: 503, times: 1 });
    await assert.rejects(async () => given(marcus), Unavailable, 'an outage is no answer');
  },
);
