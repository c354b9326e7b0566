/** Whatever text comes from outside, at whatever door: it is handled, and its neighbours are as well off as ever. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { MINUTE } from '../../src/lib/clock.ts';
import { parkedJobs } from '../helpers/database-questions.ts';
import { pollCrm, pollHubSpot } from '../helpers/jobs.ts';
import { companyIsKnown, leadCrosses } from '../helpers/leads.ts';
import { mql } from '../helpers/messages.ts';
import { DANA, MARCUS } from '../helpers/people.ts';
import { changeRecord } from '../helpers/salesforce.ts';
import { clickOn, openModal, submit } from '../helpers/slack.ts';
import { type System, system } from '../helpers/system.ts';

const NUL = '\0';
const HALF = '\ud83d';
const BROKEN = [
  NUL,
  HALF,
  `${HALF}${NUL}x${HALF}`,
  'z\u200be\u00adr\ufeffo',
  '\u202eRTL\u2066',
  '\u0007\u001b[31m',
  'x'.repeat(100_000),
  `${'👩‍💻'.repeat(10_000)}${HALF}`,
  '__proto__',
];
/** One of those, or some of them with anything around. */
const brokenText = fc.oneof(
  fc.constantFrom(...BROKEN),
  fc
    .array(fc.oneof(fc.constantFrom(...BROKEN.slice(0, 6)), fc.string()), { maxLength: 6 })
    .map(parts => parts.join('')),
);

type Door = (baton: System, text: string, n: number) => Promise<unknown>;

/** Texts are fed to a door, each beside a lead that is fine: nothing is put aside, and every fine lead is handed off. */
async function feed(t: TestContext, door: Door, afterwards?: (baton: System) => Promise<unknown>): Promise<void> {
  const baton = await system(t);
  await companyIsKnown(baton);
  let n = 0;
  const property = fc.asyncProperty(brokenText, async text => {
    n += 1;
    const neighbour = `lee.${n}@acmecorp.com`;
    baton.clock.move(MINUTE);
    await Promise.all([door(baton, text, n), leadCrosses(baton, { email: neighbour })]);
    await baton.settled();
    await afterwards?.(baton);
    assert.deepEqual(await parkedJobs(baton), []);
    const handedOff = (await baton.handoffs()).map(one => one.email);
    assert.ok(handedOff.includes(neighbour), `${neighbour} is handed off`);
  });
  await fc.assert(property, { numRuns: BROKEN.length + 6, examples: BROKEN.map(text => [text]), endOnFailure: true });
}

test('in a batch of webhooks', t =>
  feed(t, async (baton, text, n) => {
    const made = { email: `low.${n}@acmecorp.com`, hubspotscore: 1 };
    const objectId = Number((await baton.post('/_sandbox/hubspot/contacts', made)).id);
    const change = { portalId: 62515, subscriptionId: 12346, subscriptionType: 'contact.propertyChange' };
    const score = { ...change, occurredAt: n, objectId, propertyName: 'hubspotscore', propertyValue: '1' };
    const events = [
      { ...score, propertyValue: text },
      { ...score, propertyName: text, [text]: text },
      { ...score, propertyName: 'lifecyclestage', propertyValue: text },
      { ...score, subscriptionType: text },
      { ...score, objectId: text },
      { ...score, occurredAt: text },
      { ...score, subscriptionType: 'contact.merge', primaryObjectId: text, mergedObjectIds: [text] },
      text,
      score,
    ];
    const { status } = await baton.post('/_sandbox/hubspot/deliver', { body: JSON.stringify(events) });
    assert.equal(status, 200, 'the others of the batch are taken');
  }));

test('in a workflow’s body', t =>
  feed(t, (baton, text, n) => {
    const body = { hs_object_id: 1_000_000 + n, score: 3, email: text, company: text, token: text, timestamp: text };
    return baton.post('/_sandbox/hubspot/deliver', { body: JSON.stringify(body) });
  }));

test('in a contact and what it did, by webhook and by polling', t =>
  feed(
    t,
    (baton, text, n) => {
      const at = baton.clock.now().toISOString();
      const local = text.replace(/[\s@]/g, '') || 'x';
      return leadCrosses(baton, {
        ...Object.fromEntries(NAMES.map(name => [name, text])),
        email: `${n}${local}@acmecorp.com`,
        activities: [
          { type: 'page_view', at, detail: text },
          { type: 'form', at, detail: text },
          { type: 'note', at, detail: text },
        ] as never,
      });
    },
    pollHubSpot,
  ));

test('in what an enricher knows', t =>
  feed(t, async (baton, text, n) => {
    const domain = `company-${n}.com`;
    await companyIsKnown(baton, { domain, name: text, industry: text, city: text, state: text, tech: [text] });
    await leadCrosses(baton, { email: `lee@${domain}` });
  }));

test('in records of the CRM', t =>
  feed(
    t,
    async (baton, text) => {
      const [lead] = await baton.records('Lead');
      if (lead)
        await changeRecord(baton, 'Lead', lead.Id, { Status: text.slice(0, 200), FirstName: text.slice(0, 40) });
    },
    pollCrm,
  ));

test('in what people type in Slack', t =>
  feed(t, async (baton, text) => {
    const [card] = await baton.messages({ user: MARCUS });
    await mql(baton, DANA, `show ${text.slice(0, 3_000)}`);
    if (!card) return;
    await openModal(baton, MARCUS, clickOn(card, 'log_call'));
    await submit(baton, MARCUS, { outcome: 'connected', notes: text.slice(0, 2_900) });
  }));

const NAMES = ['firstname', 'lastname', 'company', 'jobtitle', 'phone', 'city', 'country', 'website', 'industry'];
