import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fieldsOf, parseBody } from './body.ts';
import { contactOfForms, type Sent, withPlatform } from './contact.ts';
import type { Questions } from './facts.ts';
import { factsIn } from './fields.ts';
import { pagesIn, personId } from './submission.ts';

const AT = new Date('2026-11-24T18:00:00Z');
const OF = { source: 'form', id: 'x' };

const told: [fields: Record<string, string>, questions: Questions, facts: Record<string, string>][] = [
  [{ 'Work E-mail': 'a@b.co', 'Company Size': '200-500' }, {}, { email: 'a@b.co', employees: '200-500' }],
  [{ '0-1/email': 'a@b.co', '0-1/jobtitle': 'CEO' }, {}, { email: 'a@b.co', job_title: 'CEO' }],
  [{ Email: 'a@b.co', Title: 'CEO', FirstName: 'Al' }, {}, { email: 'a@b.co', job_title: 'CEO', first_name: 'Al' }],
  [{ when: 'now', email: 'a@b.co' }, { When: 'timeline' }, { email: 'a@b.co', timeline: 'now' }],
  [{ '2': 'a@b.co', '3': 'Acme' }, { '3': 'company' }, { email: 'a@b.co', company: 'Acme' }],
  // What is mapped counts, also against a name that is known.
  [{ email: 'x', address: 'a@b.co' }, { address: 'email' }, { email: 'a@b.co' }],
  [{ note: 'no @ here', other: 'a b@c.de' }, {}, {}],
];
for (const [fields, questions, facts] of told) {
  test(`${JSON.stringify(fields)} tells ${JSON.stringify(facts)}`, () =>
    assert.deepEqual(factsIn(fields, questions), facts));
}

test('a body by what it is, whatever it says it is', () => {
  assert.deepEqual(fieldsOf(parseBody(Buffer.from('a=1&a=2&b=x+y'), undefined)), { a: '1;2', b: 'x y' });
  const json = {
    n: 5,
    yes: true,
    no: false,
    list: ['a', 'b'],
    empty: '',
    nested: { x: 1 },
    fields: [{ name: 'f', value: 'v' }],
  };
  assert.deepEqual(fieldsOf(parseBody(Buffer.from(JSON.stringify(json)), 'text/plain')), {
    n: '5',
    yes: 'yes',
    list: 'a;b',
    f: 'v',
  });
  assert.throws(
    () => fieldsOf(Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`f${n}`, 'x']))),
    /at most 150 fields/,
  );
});

test('pages are the last ten, without what stood behind the path, and never from the future', () => {
  const many = Array.from({ length: 12 }, (_, n) => [`/p${n}?token=1#x`, 12 - n]);
  const pages = pagesIn(JSON.stringify([...many, ['//x', 'soon'], 'junk', null]), AT);
  assert.deepEqual(
    [pages.length <= 10, pages[0]?.path.includes('?'), pages.at(-1)?.at],
    [true, false, AT.toISOString()],
  );
  assert.deepEqual([pagesIn('{', AT), pagesIn('7', AT), pagesIn(undefined, AT)], [[], [], []]);
});

test('one address is one person, however it is written; a phone number is one, too', () => {
  assert.equal(personId(' Emma@Acme.com', undefined), personId('emma@acme.com', '+1 555'));
  assert.equal(personId(undefined, '+1 (555) 01'), personId(undefined, '+155501'));
  assert.equal(personId(undefined, undefined), undefined);
});

test('the newest form counts, an earlier one fills its gaps; the platform adds what it alone knows', () => {
  const sent: Sent[] = [
    { submission: { fields: { email: 'e@a.co', name: 'Emma van Dam', timeline: 'now' }, pages: [] }, at: AT },
    { submission: { fields: { email: 'e@a.co', timeline: 'later', budget: 'big' }, pages: [] }, at: new Date(0) },
  ];
  const contact = contactOfForms(OF, sent, {});
  assert.deepEqual(
    [contact.firstName, contact.lastName, contact.answers],
    ['Emma van', 'Dam', { timeline: 'now', budget: 'big' }],
  );
  const platform = {
    ...OF,
    source: 'map',
    id: '7',
    email: 'e@a.co',
    lastName: 'Other',
    title: 'CEO',
    unsubscribed: true,
    score: 80,
    properties: { tier: 'a' },
    scoreHistory: [],
    activities: [],
  };
  const both = withPlatform(contact, platform);
  assert.deepEqual(
    [both.source, both.id, both.lastName, both.title, both.unsubscribed, both.score, both.properties.tier],
    ['form', 'x', 'Dam', 'CEO', true, undefined, 'a'],
  );
});
