import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CrmActivity } from '../../../contracts/crm-events.ts';
import { parseEvent } from './parse.ts';

const LEAD = '00Q000000000001';
const OWN = 'Baton_Handoff_Id__c';

function parsed(object: string, fields: Record<string, string>) {
  return parseEvent({ key: 'k', record: { object, id: '00T000000000001EAA' }, fields }, OWN);
}

function activity(object: string, fields: Record<string, string>): CrmActivity {
  const found = parsed(object, fields);
  assert.ok(found.kind === 'activity');
  return found;
}

describe('parseEvent', () => {
  it('tells done, not done and not told apart', () => {
    const done = (fields: Record<string, string>) => activity('Task', fields).done;
    assert.deepEqual([done({ IsClosed: 'true' }), done({ IsClosed: 'false' })], [true, false]);
    assert.deepEqual([done({ Status: 'Completed' }), done({ IsClosed: 'true', Status: 'Erledigt' })], [true, true]);
    // An org may call its closed status anything.
    assert.deepEqual([done({ Status: 'Erledigt' }), done({})], [undefined, undefined]);
  });

  it('knows a call of 0 seconds from one of unknown length', () => {
    assert.equal(activity('Task', { TaskSubtype: 'Call', CallDurationInSeconds: '0' }).seconds, 0);
    assert.equal(activity('Task', { TaskSubtype: 'Call' }).seconds, undefined);
    assert.equal(activity('Task', { TaskSubtype: 'Call', CallDurationInSeconds: '' }).seconds, undefined);
  });

  it('says what was done', () => {
    const as = (fields: Record<string, string>) => activity('Task', fields).as;
    assert.deepEqual(
      [as({ TaskSubtype: 'Call' }), as({ Type: 'Call' }), as({ CallType: 'Inbound' }), as({ TaskSubtype: 'Email' })],
      ['call', 'call', 'call', 'email'],
    );
    assert.deepEqual(
      [as({ TaskSubtype: 'ListEmail' }), as({ Type: 'Meeting' }), as({})],
      ['mass_email', 'meeting', 'task'],
    );
    assert.equal(activity('Event', {}).as, 'meeting');
  });

  it('tells what was written about it', () => {
    assert.equal(activity('Task', { Description: ' Wants 20 seats.\n' }).notes, 'Wants 20 seats.');
    assert.equal(activity('Event', { Description: ' ' }).notes, undefined);
  });

  it('is about records in their long form, and says when it may be about more', () => {
    const both = activity('Task', { WhoId: LEAD, WhatId: '' });
    assert.deepEqual([both.about, both.aboutAll], [['00Q000000000001EAA'], true]);
    assert.equal(activity('Task', { WhoId: LEAD }).aboutAll, true);
    assert.equal(activity('Task', { WhatId: '006000000000001' }).aboutAll, false);
  });

  it('dates a meeting that is to come by its entry, one that was by its start', () => {
    const at = (StartDateTime: string) =>
      activity('Event', { StartDateTime, CreatedDate: '2026-11-24T18:00:00.000+0000' }).at;
    assert.equal(at('2026-11-30T09:00:00.000+0000'), '2026-11-24T18:00:00.000Z');
    assert.equal(at('2026-11-20T09:00:00.000+0000'), '2026-11-20T09:00:00.000Z');
  });

  it('knows Baton’s own, conversions, stages and what it does not know', () => {
    assert.equal(activity('Task', { [OWN]: 'x' }).own, true);
    assert.deepEqual(parsed('Lead', { IsConverted: 'true', ConvertedOpportunityId: '006000000000001' }), {
      kind: 'person',
      became: ['006000000000001AAA'],
    });
    assert.deepEqual(parsed('Opportunity', { StageName: 'Closed Won' }), { kind: 'deal', stage: 'Closed Won' });
    assert.deepEqual(parsed('Account', {}), { kind: 'other' });
  });
});
