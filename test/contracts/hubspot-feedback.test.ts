/** What goes back to HubSpot, as HubSpot has it afterwards. */
import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import { ACCESS_TOKEN } from '../../sandbox/hubspot/oauth.ts';
import { hubspot as standIn } from '../../sandbox/hubspot/service.ts';
import { startSandbox } from '../../sandbox/server.ts';
import type { SourceTouch } from '../../src/contracts/source.ts';
import { clockFrom, MINUTE } from '../../src/lib/clock.ts';
import { CredentialsRejected, Rejected, Unavailable } from '../../src/lib/errors.ts';
import { hubspot } from '../../src/vendors/hubspot/source.ts';
import { press } from '../helpers/control.ts';
import { assertNurtures } from './nurture.suite.ts';
import { EMMA, failureOf, NOW } from './source.suite.ts';

describe('HubSpot hears what sales did', async () => {
  const clock = clockFrom(NOW, { now: () => NOW });
  const sandbox = await startSandbox({ clock, services: [standIn] });
  after(() => sandbox.close());
  let contactId = '';
  beforeEach(async () => {
    sandbox.reset();
    await press(sandbox, 'hubspot/webhooks', { mode: 'off' });
    contactId = String((await press(sandbox, 'hubspot/contacts', { email: EMMA.email, hubspotscore: 63 })).id);
  });
  const make = ({ token = ACCESS_TOKEN, apiVersion = '2026-03' } = {}) => {
    const source = hubspot({
      apiUrl: `${sandbox.url}/hubspot`,
      apiVersion,
      accessToken: async () => token,
      scoreProperty: 'hubspotscore',
      clock,
    });
    const { logTouch, setStage, setProperties, setOwner, suppress, nurture } = source;
    assert.ok(logTouch && setStage && setProperties && setOwner && suppress);
    return { logTouch, setStage, setProperties, setOwner, suppress, nurture };
  };
  const see = async (path: string): Promise<Record<string, unknown>> =>
    (await fetch(`${sandbox.url}/_sandbox/hubspot/${path}`)).json() as Promise<Record<string, unknown>>;
  const contact = () => see(`contacts/${contactId}`);
  const engagements = async () => (await contact()).engagements as Record<string, string>[];
  const fault = (given: object) => press(sandbox, 'fault', { service: 'hubspot', ...given });
  const touch = (given: Partial<SourceTouch> = {}): SourceTouch => ({
    touchId: '5d0a7c3e-0000-4000-8000-000000000001',
    contactId,
    kind: 'call',
    at: NOW.toISOString(),
    title: 'Call: Connected',
    notes: 'Asked for <prices> & dates',
    direction: 'outbound',
    durationMs: 4 * MINUTE,
    outcome: 'connected',
    lookFirst: false,
    ...given,
  });

  for (const apiVersion of ['2026-03', 'v3']) {
    test(`a call is a completed call of the contact, with all that was told (${apiVersion})`, async () => {
      const { id } = await make({ apiVersion }).logTouch(touch());
      const [call, ...more] = await engagements();
      assert.deepEqual(more, []);
      assert.ok(call);
      assert.equal(call.hs_object_id, id);
      assert.deepEqual(
        [call.hs_call_direction, call.hs_call_duration, call.hs_call_status, call.hs_call_disposition],
        ['OUTBOUND', '240000', 'COMPLETED', 'f240bbac-87c9-4f6e-bf70-924b57d47db7'],
      );
      assert.deepEqual([call.hs_call_title, call.hs_timestamp], ['Call: Connected', NOW.toISOString()]);
      assert.match(String(call.hs_call_body), /^Asked for &lt;prices&gt; &amp; dates<br><br>Baton /);
    });
  }

  test('mails, meetings and tasks are what they are', async () => {
    const { logTouch } = make();
    await logTouch(touch({ kind: 'email', title: 'Prices' }));
    await logTouch(touch({ kind: 'meeting', title: 'Demo' }));
    await logTouch(touch({ kind: 'task', title: 'Sent a letter' }));
    const [mail, meeting, task] = await engagements();
    assert.deepEqual(
      [mail?.hs_email_subject, mail?.hs_email_direction, mail?.hs_email_status],
      ['Prices', 'EMAIL', 'SENT'],
    );
    assert.deepEqual(
      [meeting?.hs_meeting_title, meeting?.hs_meeting_start_time, meeting?.hs_meeting_end_time],
      ['Demo', NOW.toISOString(), new Date(NOW.getTime() + 4 * MINUTE).toISOString()],
    );
    assert.deepEqual([task?.hs_task_subject, task?.hs_task_status], ['Sent a letter', 'COMPLETED']);
  });

  test('an answer that was lost: the retry finds what is there, whatever else there is', async () => {
    const { logTouch } = make();
    const other = touch({ touchId: '5d0a7c3e-0000-4000-8000-000000000002' });
    for (let n = 0; n < 3; n += 1) await logTouch({ ...other, touchId: `${other.touchId.slice(0, -1)}${n + 3}` });
    await fault({ method: 'POST', path: '/calls', reset: true, after: 'after' });
    await failureOf(Unavailable, logTouch(touch()));
    assert.equal((await engagements()).length, 4, 'HubSpot had written it');
    const again = await logTouch(touch({ lookFirst: true }));
    const all = await engagements();
    assert.equal(all.length, 4);
    assert.ok(all.some(one => one.hs_object_id === again.id && one.hs_call_body?.includes(touch().touchId)));
    await logTouch({ ...other, lookFirst: true });
    assert.equal((await engagements()).length, 5, 'one that was never written is');
  });

  test('stages go forward; back only when they are cleared first', async () => {
    const { setStage } = make();
    assert.deepEqual(await setStage(contactId, 'opportunity', { clearFirst: false }), { stage: 'opportunity' });
    const back = () => setStage(contactId, 'marketingqualifiedlead', { clearFirst: false });
    assert.deepEqual(await back(), { stage: 'opportunity' }, 'HubSpot keeps it where it is');
    const cleared = await setStage(contactId, 'marketingqualifiedlead', { clearFirst: true });
    assert.deepEqual(cleared, { stage: 'marketingqualifiedlead' });
    assert.equal((await contact()).lifecyclestage, 'marketingqualifiedlead');
    const refused = await failureOf(Rejected, setStage(contactId, 'no_such_stage', { clearFirst: true }));
    assert.match(refused.message, /no_such_stage/);
    assert.equal((await contact()).lifecyclestage, 'marketingqualifiedlead', 'a wrong stage clears nothing');
  });

  test('properties, owner and list', async () => {
    const { setProperties, setOwner, suppress } = make();
    await setProperties(contactId, { hs_lead_status: 'UNQUALIFIED' });
    const { id: owner } = await press(sandbox, 'hubspot/owners', { email: 'marcus@example.com' });
    assert.equal(await setOwner(contactId, 'Marcus@example.com'), true);
    assert.equal(await setOwner(contactId, 'nobody@example.com'), false);
    const { id: list } = await press(sandbox, 'hubspot/lists', {});
    await suppress(contactId, String(list));
    await suppress(contactId, String(list));
    const now = await contact();
    assert.deepEqual([now.hs_lead_status, now.hubspot_owner_id], ['UNQUALIFIED', owner]);
    const members = await fetch(`${sandbox.url}/hubspot/crm/lists/2026-03/${list}/memberships`, {
      headers: { authorization: `Bearer ${ACCESS_TOKEN}` },
    });
    assert.deepEqual(await members.json(), { results: [{ recordId: contactId }] });
    await failureOf(Rejected, suppress('999999', String(list)));
    await failureOf(Rejected, suppress(contactId, '424242'));
    const unknown = await failureOf(Rejected, setProperties(contactId, { no_such: 'x' }));
    assert.deepEqual(unknown.fields, ['no_such']);
  });

  test('nurture is a static list, by name or ID, or a property', async () => {
    const { id } = await press(sandbox, 'hubspot/lists', { name: 'Nurture' });
    await press(sandbox, 'hubspot/lists', { name: 'Hot', processingType: 'DYNAMIC' });
    const members = async () => {
      const path = `${sandbox.url}/hubspot/crm/lists/2026-03/${id}/memberships`;
      const answer = await fetch(path, { headers: { authorization: `Bearer ${ACCESS_TOKEN}` } });
      return ((await answer.json()) as { results: unknown[] }).results.length;
    };
    const { nurture } = make();
    const unknown = { kind: 'list', name: 'Nobody’s' } as const;
    const deaf = { place: { kind: 'list', name: 'Hot' } as const, says: /active one/ };
    for (const name of ['Nurture', String(id)]) {
      await assertNurtures({ nurture, contactId, place: { kind: 'list', name }, count: members, unknown, deaf });
    }
    await press(sandbox, 'hubspot/properties', { name: 'nurture_track' });
    await assertNurtures({
      nurture,
      contactId,
      place: { kind: 'property', name: 'nurture_track', value: 'blog' },
      count: async () => ((await contact()).nurture_track === 'blog' ? 1 : 0),
      unknown: { kind: 'property', name: 'no_such', value: 'x' },
    });
  });

  test('a dead key is a dead connection; a right that is missing refuses this write alone', async () => {
    await failureOf(CredentialsRejected, make({ token: 'expired' }).logTouch(touch()));
    const scopes = { message: 'x', code: 'y', context: { requiredGranularScopes: ['crm.objects.contacts.write'] } };
    const body = { status: 'error', category: 'MISSING_SCOPES', message: 'No rights', errors: [scopes] };
    await fault({ status: 403, body });
    const failure = await failureOf(Rejected, make().logTouch(touch()));
    assert.match(failure.message, /crm\.objects\.contacts\.write/);
    await fault({ status: 503, body: {} });
    await failureOf(Unavailable, make().setStage(contactId, 'customer', { clearFirst: false }));
  });
});
