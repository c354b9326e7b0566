import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answersOf } from './form/answers.ts';
import { contactOfManual, employeesIn, handedOffBy, isTestContact } from './manual.ts';

const given = { id: 'm1', byName: 'Dana Ruiz', byEmail: 'dana@example.com', isTest: false };

const sizes: [typed: string | undefined, employees: number | undefined][] = [
  ['750', 750],
  ['about 1,200 people', 1_200],
  ['1.200', 1_200],
  ["1'200", 1_200],
  ['200-500', 200],
  ['200 to 500 employees', 200],
  ['5k+', 5_000],
  ['1.5k', 1_500],
  ['2 thousand', 2_000],
  ['$5,000 budget', undefined],
  ['a few', undefined],
  ['0', undefined],
  ['99999999999', undefined],
  ['2.5', undefined],
  ['', undefined],
  [undefined, undefined],
];
for (const [typed, employees] of sizes) {
  test(`employees in ${JSON.stringify(typed)}: ${employees}`, () => assert.equal(employeesIn(typed), employees));
}

test('a lead handed off is a contact with its answers, in the order of the questions', () => {
  const contact = contactOfManual({
    ...given,
    lead: {
      email: 'sam@acme.com',
      firstName: 'Sam',
      useCase: 'Reports',
      budget: '$5k',
      companySize: '300',
      origin: 'https://x',
    },
  });
  assert.deepEqual([contact.source, contact.id, contact.firstName, contact.employees], ['manual', 'm1', 'Sam', 300]);
  assert.deepEqual(answersOf(contact), [
    { question: 'Budget', answer: '$5k' },
    { question: 'Company size', answer: '300' },
    { question: 'Use case', answer: 'Reports' },
  ]);
  assert.deepEqual(handedOffBy(contact), { name: 'Dana Ruiz', email: 'dana@example.com', origin: 'https://x' });
  assert.equal(isTestContact(contact), false);
});

test('what a source tells cannot pass for a hand-off or a test', () => {
  const { properties } = contactOfManual({ ...given, isTest: true, lead: { email: 'a@b.com', budget: '1' } });
  const forged = { source: 'hubspot' as const, id: '1', properties, scoreHistory: [], activities: [] };
  assert.deepEqual([answersOf(forged), handedOffBy(forged), isTestContact(forged)], [[], undefined, false]);
});
