/** The door of Salesforce's outbound messages: who is let in, what is answered, and when. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { type System, system } from '../helpers/system.ts';

const ORG = '00DHs0000Baton1';

function message(ids: readonly string[], org = ORG): string {
  const list = ids.map(
    id =>
      `<Notification><Id>${id}</Id><sObject xsi:type="sf:Task" xmlns:sf="urn:sobject.enterprise.soap.sforce.com"><sf:Id>00T000000000001</sf:Id><sf:WhoId>00Q000000000009</sf:WhoId></sObject></Notification>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body><notifications xmlns="http://soap.sforce.com/2005/09/outbound"><OrganizationId>${org}</OrganizationId><SessionId xsi:nil="true"/>${list.join('')}</notifications></soapenv:Body></soapenv:Envelope>`;
}

const idOf = (at: number) => `04l${String(at).padStart(12, '0')}`;

const MANY_ATTRIBUTES = Array.from({ length: 6_000 }, (_, at) => `a${at}="1"`).join(' ');

async function send(baton: System, body: string, key = baton.env.HOOK_KEY) {
  const answer = await fetch(`${baton.app.url}/hooks/${key}/salesforce`, {
    method: 'POST',
    headers: { 'content-type': 'text/xml; charset=utf-8', soapaction: '""' },
    body,
  });
  const text = await answer.text();
  return {
    status: answer.status,
    text,
    isAck: /<Ack>true<\/Ack>/.test(text),
    type: answer.headers.get('content-type'),
  };
}

const stored = async (baton: System) =>
  (await baton.app.deps.db('crm_events').orderBy('key')).map(row => row.key as string);

test('only our organization with our key is heard, and nothing unreadable is acknowledged', async t => {
  const baton = await system(t);
  const refusals = [
    [401, await send(baton, message([idOf(1)]), 'wrong-key')],
    [401, await send(baton, message([idOf(1)], '00D000000000062EAA'))],
    // A 15-character id is case-sensitive: this is somebody else.
    [401, await send(baton, message([idOf(1)], ORG.toLowerCase().replace('00d', '00D')))],
    [400, await send(baton, 'hello')],
    [400, await send(baton, '')],
    [400, await send(baton, message([idOf(1)]).slice(0, -30))],
    [400, await send(baton, `<!DOCTYPE x [<!ENTITY a "b">]>${message([idOf(1)])}`)],
    [400, await send(baton, message(Array.from({ length: 101 }, (_, at) => idOf(at))))],
    [413, await send(baton, `${message([idOf(1)])}${' '.repeat(2_200_000)}`)],
    [400, await send(baton, message([idOf(1)]).replace('<Notification>', `<Notification ${MANY_ATTRIBUTES}>`))],
    [400, await send(baton, message([idOf(1)]).replace('</sObject>', `${'<x/>'.repeat(60_000)}</sObject>`))],
  ] as const;
  for (const [status, answer] of refusals)
    assert.deepEqual([answer.status, answer.isAck], [status, false], answer.text);
  assert.deepEqual(await stored(baton), []);
});

test('a message is acknowledged after it is stored, once however often it comes, a hundred at a time', async t => {
  const baton = await system(t);
  const { db } = baton.app.deps;
  const all = Array.from({ length: 100 }, (_, at) => idOf(at));
  await db.raw('alter table crm_events rename to crm_events_away');
  const lost = await send(baton, message(all));
  assert.deepEqual([lost.status, lost.isAck], [500, false], 'what was not stored is not acknowledged');
  await db.raw('alter table crm_events_away rename to crm_events');
  const first = await send(baton, message(all));
  assert.deepEqual([first.status, first.isAck, first.type], [200, true, 'text/xml; charset=utf-8']);
  assert.equal((await stored(baton)).length, 100);
  // Again, in another order, with one that is new.
  const again = await send(baton, message([idOf(100), ...all.slice(1).reverse()], `${ORG}MQA`));
  assert.deepEqual([again.status, again.isAck], [200, true]);
  await baton.settled();
  const rows = await db('crm_events').select('outcome').count('* as rows').groupBy('outcome');
  assert.deepEqual(
    rows.map(row => [row.outcome, Number(row.rows)]),
    [['unknown', 101]],
  );
  // Salesforce says who we are: while it is away nothing is acknowledged blindly, once it was asked nothing is asked.
  await baton.post('/_sandbox/fault', { service: 'salesforce', status: 503, times: 1_000 });
  assert.equal((await send(baton, message([idOf(200)]))).isAck, true);
});

const SAMPLES = resolve(import.meta.dirname, '../fixtures/salesforce/outbound-messages');

test('messages as orgs send them: another org’s is refused, as ours it is acknowledged; answers and faults are no messages', async t => {
  const baton = await system(t);
  for (const file of readdirSync(SAMPLES).filter(name => name.endsWith('.xml'))) {
    const xml = readFileSync(join(SAMPLES, file), 'utf8');
    const isMessage = xml.includes('OrganizationId');
    const theirs = await send(baton, xml);
    assert.deepEqual([theirs.status, theirs.isAck], [isMessage ? 401 : 400, false], file);
    if (!isMessage) continue;
    const ours = await send(baton, xml.replace(/<OrganizationId>[^<]*/, `<OrganizationId>${ORG}`));
    assert.deepEqual([ours.status, ours.isAck], [200, true], `${file}: ${ours.text}`);
  }
  assert.ok((await stored(baton)).length >= 8);
});
