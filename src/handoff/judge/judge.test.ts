import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { playbookIn } from '../../../test/helpers/playbook.ts';
import type { Playbook } from '../../config/playbook.ts';
import type { Activity, CompanyFacts, Contact } from '../../domain/lead.ts';
import { judge } from './judge.ts';

const NOW = new Date('2026-03-02T12:00:00Z');
const EXAMPLE = readFileSync(new URL('../../../playbook.yaml', import.meta.url), 'utf8');

/** The example playbook with some lines replaced; fails when a line is not there. */
function playbook(...changes: [from: string, to: string][]): Playbook {
  let text = EXAMPLE;
  for (const [from, to] of changes) {
    assert.ok(text.includes(from), from);
    text = text.replace(from, to);
  }
  return playbookIn(text);
}

const EMMA: Contact = {
  source: 'hubspot',
  id: '501',
  email: 'emma.thompson@acmecorp.com',
  firstName: 'Emma',
  lastName: 'Thompson',
  title: 'VP Operations',
  company: 'Acme Corp',
  score: 63,
  properties: {},
  scoreHistory: [],
  activities: [{ type: 'page_view', at: '2026-03-02T11:59:00Z', detail: 'Pricing' }],
};
const ACME: CompanyFacts = {
  domain: 'acmecorp.com',
  name: 'Acme Corp',
  industry: 'Technology',
  employees: 750,
  country: 'US',
  origin: {},
};
const UNKNOWN: CompanyFacts = { origin: {} };
const RETAIL: CompanyFacts = { industry: 'Retail', employees: 3, country: 'FR', origin: {} };
const SCAN: Activity[] = [
  { type: 'email_click', at: '2026-03-02T11:00:03Z', detail: 'a', deliveredAt: '2026-03-02T11:00:00Z' },
];

function judged(contact: Partial<Contact>, company: CompanyFacts = ACME, rules: Playbook = playbook()) {
  return judge({ contact: { ...EMMA, ...contact }, company, playbook: rules }, NOW);
}

test('Emma: business address, decision maker, fit 30+25+20+25 = 100, HIGH, on to routing', () => {
  const verdict = judged({});
  assert.deepEqual(
    verdict.fit.parts.map(part => part.points),
    [30, 25, 20, 25],
  );
  assert.deepEqual(
    [verdict.email.kind, verdict.title.decisionMaker, verdict.fit.score, verdict.fit.priority, verdict.outcome],
    ['business', 'yes', 100, 'HIGH', 'route'],
  );
  assert.deepEqual([verdict.score, verdict.scoring, verdict.flags], [63, undefined, []]);
  assert.equal(verdict.reason, 'Sent to sales: fit 100 is HIGH.');
});

test('a disposable address goes to nurture however good the fit', () => {
  const verdict = judged({ email: 'emma@mail.mailinator.com' });
  assert.deepEqual([verdict.outcome, verdict.fit.priority], ['nurture', 'HIGH']);
  assert.deepEqual(verdict.flags, ['disposable_email']);
  assert.equal(
    verdict.reason,
    'Nurture: mailinator.com gives out disposable addresses, and the playbook keeps those out of the CRM.',
  );
});

test('a free address with an unknown company is LOW: nurture, and the reason tells unknown from no', () => {
  const verdict = judged({ email: 'jo@gmail.com', company: '', title: 'Intern' }, UNKNOWN);
  assert.equal(verdict.outcome, 'nurture');
  assert.deepEqual(verdict.flags, ['free_email', 'unknown_company', 'not_decision_maker']);
  assert.match(
    verdict.reason,
    /^Nurture: fit 0 is LOW \(MEDIUM starts at 40\): the industry is unknown; .*"Intern" holds none/,
  );
});

test('a business address of which nothing else is known is MEDIUM and flagged, or as the playbook says', () => {
  const verdict = judged({ company: '' }, UNKNOWN);
  assert.deepEqual([verdict.outcome, verdict.fit.priority], ['route', 'MEDIUM']);
  assert.deepEqual(verdict.flags, ['low_confidence']);
  assert.match(verdict.reason, /the industry is unknown; the number of employees is unknown; the country is unknown/);
  const asNo = playbook(['fit:  ', 'fit:\n  unknown: as_no']);
  assert.deepEqual([judged({}, UNKNOWN, asNo).fit.priority, judged({}, UNKNOWN, asNo).flags], ['LOW', []]);
});

test('a relay address is nobody’s company, and a free one without a company stays LOW', () => {
  const relayed = judged({ email: 'x123@marketplace.amazon.com', company: '' }, UNKNOWN);
  assert.deepEqual([relayed.outcome, relayed.fit.priority], ['nurture', 'LOW']);
  assert.deepEqual(relayed.flags, ['relay_email', 'unknown_company']);
});

test('without an address the company the lead gave counts, flagged, and the reason names what is missing', () => {
  const phoned = { email: '', phone: '+1 415 555 0100', website: 'https://acmecorp.com' };
  const verdict = judged(phoned);
  assert.deepEqual([verdict.outcome, verdict.fit.priority, verdict.company.domain], ['route', 'HIGH', 'acmecorp.com']);
  assert.deepEqual(verdict.flags, ['malformed_email', 'company_as_given']);
  assert.match(verdict.reason, /there is no e-mail address/);
  assert.match(judged({ ...phoned, website: '' }, RETAIL).reason, /^Nurture: .*there is no e-mail address/);
});

test('a free address of a good fit is flagged, or nurtured, or ignored, as the playbook says', () => {
  const free = { email: 'emma@gmail.com' };
  assert.deepEqual([judged(free).outcome, judged(free).flags], ['route', ['free_email', 'company_as_given']]);
  assert.equal(judged(free, ACME, playbook(['free_email: flag', 'free_email: nurture'])).outcome, 'nurture');
  assert.deepEqual(judged(free, ACME, playbook(['free_email: flag', 'free_email: ignore'])).flags, [
    'company_as_given',
  ]);
});

test('a disposable address may be only flagged', () => {
  const verdict = judged(
    { email: 'x@mailinator.com' },
    ACME,
    playbook(['disposable_email: nurture', 'disposable_email: flag']),
  );
  assert.deepEqual([verdict.outcome, verdict.flags], ['route', ['disposable_email']]);
});

test('clicks of a mail scanner hold the lead, or flag it, or are ignored, as the playbook says', () => {
  const held = judged({ activities: SCAN });
  assert.deepEqual([held.outcome, held.flags], ['hold', ['suspect_robot']]);
  assert.match(held.reason, /^Held for a person: only mail activity, with one click within seconds of delivery/);
  const flagged = judged({ activities: SCAN }, ACME, playbook(['suspect_robot: hold', 'suspect_robot: flag']));
  assert.deepEqual([flagged.outcome, flagged.flags], ['route', ['suspect_robot']]);
  const ignored = judged({ activities: SCAN }, ACME, playbook(['suspect_robot: hold', 'suspect_robot: ignore']));
  assert.deepEqual([ignored.outcome, ignored.flags], ['route', []]);
});

test('a robot of LOW fit takes nobody’s time', () => {
  assert.equal(judged({ activities: SCAN, title: 'Intern' }, RETAIL).outcome, 'nurture');
});

test('a malformed address is held, unless there is a phone', () => {
  const held = judged({ email: 'emma at acme' });
  assert.deepEqual([held.outcome, held.flags.includes('malformed_email')], ['hold', true]);
  assert.equal(judged({ email: 'emma at acme', phone: '+1 415 555 0100' }).outcome, 'route');
});

test('LOW is routed only where a rule names LOW and leads to people', () => {
  const low: [Partial<Contact>, CompanyFacts] = [{ title: 'Intern' }, RETAIL];
  assert.equal(judged(...low).outcome, 'nurture');
  const wanted = playbook(['when: { priority: LOW }, to: nurture', 'when: { priority: LOW }, to: { team: sdr }']);
  assert.equal(judged(...low, wanted).outcome, 'route');
});

test('the contact’s own facts count where the company’s are silent', () => {
  const verdict = judged({ industry: 'Computer Software', employees: 300, country: 'Deutschland' }, UNKNOWN);
  assert.equal(verdict.fit.score, 100);
});

test('a title only the enricher knows counts', () => {
  const { title: _, ...untitled } = EMMA;
  const verdict = judge(
    { contact: untitled, company: ACME, person: { title: 'Head of Growth' }, playbook: playbook() },
    NOW,
  );
  assert.equal(verdict.title.decisionMaker, 'yes');
});

test('without a score from the source the playbook’s own model speaks', () => {
  const { score: _, ...unscored } = EMMA;
  const verdict = judge({ contact: unscored, company: ACME, playbook: playbook() }, NOW);
  // Pricing page 15, executive 15, 200 to 1000 employees 10, industry of the profile 10.
  assert.equal(verdict.score, 50);
  assert.equal(verdict.scoring?.parts.length, 4);
  const { scoring: __, ...without } = playbook();
  assert.equal(judge({ contact: unscored, company: ACME, playbook: without }, NOW).score, null);
  assert.equal(judged({ score: 0 }).score, 0, 'a score of 0 is a score');
});

test('somebody who unsubscribed is flagged', () => {
  assert.deepEqual(judged({ unsubscribed: true }).flags, ['unsubscribed']);
});

test('whatever a lead typed, judging answers with a reason, a fit from 0 to 100 and one of three outcomes', () => {
  const rules = playbook();
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('<!channel>', '__proto__', "o'brien\\", '\u0000', '﷽'),
  );
  const contact = fc.record(
    {
      email: hostile,
      title: hostile,
      company: hostile,
      website: hostile,
      industry: hostile,
      country: hostile,
      phone: hostile,
      employees: fc.double(),
    },
    { requiredKeys: [] },
  );
  const activity = fc.record({
    type: fc.constantFrom<Activity['type']>('page_view', 'email_click', 'form', 'webinar', 'download'),
    at: fc.oneof(fc.date({ noInvalidDate: true }).map(String), hostile),
    detail: hostile,
    url: hostile,
  });
  fc.assert(
    fc.property(contact, fc.array(activity, { maxLength: 5 }), (typed, activities) => {
      const { score: _, ...unscored } = EMMA;
      const verdict = judge({ contact: { ...unscored, ...typed, activities }, company: UNKNOWN, playbook: rules }, NOW);
      assert.ok(verdict.fit.score >= 0 && verdict.fit.score <= 100);
      assert.ok(['route', 'nurture', 'hold'].includes(verdict.outcome));
      assert.ok(verdict.reason.length > 0 && verdict.reason.length < 1_000);
      assert.ok(Number.isFinite(verdict.score));
    }),
  );
});
