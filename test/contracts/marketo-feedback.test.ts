/** What goes back to Marketo, as Marketo has it afterwards; and whether it fits what the playbook asks of it. */
import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import { marketo as standIn } from '../../sandbox/marketo/service.ts';
import { startSandbox } from '../../sandbox/server.ts';
import type { SourceTouch, SourceWishes } from '../../src/contracts/source.ts';
import { MINUTE } from '../../src/lib/clock.ts';
import { CredentialsRejected, Rejected, Unavailable } from '../../src/lib/errors.ts';
import { marketo } from '../../src/vendors/marketo/source.ts';
import { look, press } from '../helpers/control.ts';
import { assertNurtures } from './nurture.suite.ts';
import { EMMA, failureOf, NOW } from './source.suite.ts';

const KEYS = { clientId: 'sandbox-marketo-client', clientSecret: 'sandbox-marketo-secret' };

interface Person extends Record<string, unknown> {
  lists: number[];
  campaigns: string[];
  log: { activityTypeId: number; activityDate: string; primaryAttributeValue: string; attributes: unknown[] }[];
}

describe('Marketo hears what sales did', async () => {
  const sandbox = await startSandbox({ clock: { now: () => NOW }, services: [standIn] });
  after(() => sandbox.close());
  let contactId = '';
  beforeEach(async () => {
    sandbox.reset();
    await press(sandbox, 'marketo/webhook', { mode: 'off' });
    contactId = String((await press(sandbox, 'marketo/contacts', { email: EMMA.email, leadScore: 63 })).id);
  });
  const make = (options: { clientSecret?: string; ownerProperty?: string; scoreProperty?: string } = {}) => {
    const apiUrl = `${sandbox.url}/marketo`;
    const source = marketo({ apiUrl, ...KEYS, clock: { now: () => NOW }, scoreProperty: 'leadScore', ...options });
    const { logTouch, setStage, setProperties, suppress, inspect, nurture } = source;
    assert.ok(logTouch && setStage && setProperties && suppress && inspect);
    return { logTouch, setStage, setProperties, suppress, inspect, nurture, setOwner: source.setOwner };
  };
  const person = () => look<Person>(sandbox, `marketo/contacts/${contactId}`);
  const touches = async () => (await person()).log.filter(one => one.activityTypeId > 100_000);
  const touch = (given: Partial<SourceTouch> = {}): SourceTouch => ({
    touchId: '5d0a7c3e-0000-4000-8000-000000000001',
    contactId,
    kind: 'call',
    at: NOW.toISOString(),
    title: 'Call: Connected',
    notes: 'Asked for <prices>\n& dates',
    direction: 'outbound',
    durationMs: 4 * MINUTE,
    outcome: 'connected',
    lookFirst: false,
    ...given,
  });

  test('a touch is a custom activity, whose type is made once and approved', async () => {
    await make().logTouch(touch());
    const [made, ...more] = await touches();
    assert.deepEqual([made?.primaryAttributeValue, more], ['Call: Connected', []]);
    assert.deepEqual(made?.attributes, [
      { name: 'Kind', value: 'call' },
      { name: 'Direction', value: 'outbound' },
      { name: 'Outcome', value: 'connected' },
      { name: 'Minutes', value: '4' },
      { name: 'Notes', value: 'Asked for <prices>\n& dates' },
      { name: 'Touch ID', value: touch().touchId },
    ]);
    await make().logTouch(touch({ touchId: 'another', kind: 'meeting', title: 'Demo' }));
    const { types } = await look<{ types: { apiName: string; status: string }[] }>(sandbox, 'marketo/custom-types');
    assert.deepEqual(
      types.map(one => [one.apiName, one.status]),
      [['batonTouch', 'approved']],
    );
  });

  test('an answer that was lost is looked for, however long the log; one that never arrived is written', async () => {
    const { logTouch } = make();
    const path = '/rest/v1/activities/external.json';
    sandbox.fault({ service: 'marketo', method: 'POST', path, reset: true, after: 'after', times: 1 });
    await failureOf(Unavailable, logTouch(touch()));
    assert.equal((await touches()).length, 1, 'Marketo had written it');
    await press(sandbox, 'marketo/settings', { pageSize: 1 });
    const again = await logTouch(touch({ lookFirst: true }));
    assert.equal((await touches()).length, 1);
    assert.ok(again.id);
    await logTouch(touch({ touchId: 'never-written', lookFirst: true }));
    assert.equal((await touches()).length, 2);
  });

  test('stage, fields, owner and list; twice is as good as once', async () => {
    await press(sandbox, 'marketo/fields', { name: 'salesRep', label: 'Sales Rep' });
    const { id: list } = await press(sandbox, 'marketo/lists');
    const { setStage, setProperties, setOwner, suppress } = make({ ownerProperty: 'salesRep' });
    assert.deepEqual(await setStage(contactId, 'Recycled', { clearFirst: false }), { stage: 'Recycled' });
    await setProperties(contactId, { rating: 'Cold' });
    assert.equal(await setOwner?.(contactId, 'marcus@example.com'), true);
    for (let twice = 0; twice < 2; twice += 1) await suppress(contactId, String(list));
    await suppress(contactId, 'marketingSuspended');
    const { leadStatus, rating, salesRep, lists, marketingSuspended } = await person();
    assert.deepEqual(
      [leadStatus, rating, salesRep, lists, marketingSuspended],
      ['Recycled', 'Cold', 'marcus@example.com', [list], true],
    );
    assert.equal(make().setOwner, undefined, 'without a field for it nobody is written');
  });

  test('nurture is a list, by name or number, or a trigger campaign, which is requested once', async () => {
    const { id } = await press<{ id: number }>(sandbox, 'marketo/lists', { name: 'Nurture' });
    for (let twice = 0; twice < 2; twice += 1) await press(sandbox, 'marketo/lists', { name: 'Two of it' });
    const { nurture } = make();
    for (const name of ['Nurture', String(id)]) {
      await assertNurtures({
        nurture,
        contactId,
        place: { kind: 'list', name },
        count: async () => (await person()).lists.filter(one => one === id).length,
        unknown: { kind: 'list', name: '4242' },
        ambiguous: { kind: 'list', name: 'Two of it' },
      });
    }
    await press(sandbox, 'marketo/campaigns', { name: 'Monthly', type: 'batch' });
    await assertNurtures({
      nurture,
      contactId,
      place: { kind: 'campaign', name: 'Nurture' },
      count: async () => (await person()).campaigns.length,
      unknown: { kind: 'campaign', name: 'Nobody’s' },
      deaf: { place: { kind: 'campaign', name: 'Monthly' }, says: /Campaign is Requested/ },
      forGood: true,
    });
  });

  test('what Marketo passes over is refused, with its reason and the field', async () => {
    const { setProperties, suppress, logTouch } = make();
    assert.deepEqual((await failureOf(Rejected, setProperties(contactId, { no_such: 'x' }))).fields, ['no_such']);
    assert.equal((await failureOf(Rejected, setProperties('999999', { rating: 'x' }))).code, '1004');
    assert.equal((await failureOf(Rejected, suppress(contactId, '4242'))).code, '1013');
    assert.equal((await failureOf(Rejected, logTouch(touch({ contactId: '999999' })))).code, '1004');
  });

  test('a right that is missing refuses this write alone; a dead key is a dead connection', async () => {
    await press(sandbox, 'marketo/settings', { denied: ['Read-Write Person', 'Read-Write Activity Metadata'] });
    const { setStage, logTouch } = make();
    await failureOf(Rejected, setStage(contactId, 'x', { clearFirst: false }));
    assert.match((await failureOf(Rejected, logTouch(touch()))).message, /Read-Write Activity Metadata/);
    await failureOf(
      CredentialsRejected,
      make({ clientSecret: 'wrong' }).setStage(contactId, 'x', { clearFirst: false }),
    );
  });

  const wishes: SourceWishes = {
    stages: ['MQL'],
    leadSources: [],
    ownScore: false,
    writesStage: true,
    logsTouches: true,
    properties: [],
    now: NOW,
  };
  const problems = async (given: Partial<SourceWishes>, options: Parameters<typeof make>[0] = {}) =>
    (await make(options).inspect({ ...wishes, ...given }))
      .filter(one => one.level !== 'fine')
      .map(one => `${one.what} → ${one.fix}`);

  test('what the playbook names is compared with the instance; names as they stand in Marketo are put right', async () => {
    const { id: list } = await press(sandbox, 'marketo/lists');
    assert.deepEqual(await problems({ suppressionList: String(list), reasonProperty: 'rating' }), []);
    assert.match(
      (await problems({}, { scoreProperty: 'Lead Score' })).join(),
      /no field Lead Score.*Score fields there: leadScore/,
    );
    assert.match(
      (await problems({ reasonProperty: 'Lead Rating' })).join(),
      /no field Lead Rating.*REST name is rating/,
    );
    assert.match((await problems({ reasonProperty: 'createdAt' })).join(), /cannot be written/);
    assert.match((await problems({ suppressionList: '4242' })).join(), /no static list 4242/);
    const properties = [{ name: 'tier', where: 'the routing rule Gold' }];
    assert.match((await problems({ properties })).join(), /the routing rule Gold asks for tier/);
    await press(sandbox, 'marketo/settings', { usedByOthers: 49_000 });
    assert.match((await make().inspect(wishes)).map(one => one.what).join(), /49,0\d\d of 50,000 API calls/);
  });
});
