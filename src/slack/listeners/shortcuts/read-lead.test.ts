import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { leadIn, splitName } from './read-lead.ts';

const OURS = ['dana@example.com'];

const messages: [what: string, message: unknown, lead: object][] = [
  [
    'a signature',
    {
      text: 'Met her at the fair\n\nBest regards\nIda Berg\nHead of IT, Initech\n<mailto:ida@initech.com|ida@initech.com>\n<tel:+4722334455|+47 22 33 44 55>',
    },
    { email: 'ida@initech.com', name: 'Ida Berg', title: 'Head of IT', company: 'Initech', phone: '+4722334455' },
  ],
  [
    'a name beside the address, and one of ours before it',
    {
      text: '<@U0DANA> from dana@example.com: please call Sam O’Neil &lt;<mailto:Sam@Acme.co.uk|Sam@Acme.co.uk>&gt; (415) 555-0134 on 2026-11-24',
    },
    { email: 'sam@acme.co.uk', name: 'Sam O’Neil', phone: '(415) 555-0134' },
  ],
  [
    'a form with labels',
    {
      text: '*New request*\n*First name:* Ana\n*Last name:* de la Cruz\n*Work email:* ana@foo.io\n*Company:* Foo &amp; Sons\n*Job title:* Buyer\n*Phone:* 5550134\n*Budget:* $10k\n*Timeline:* Q1\n*Employees:* 120\n*Use case:* Reports',
    },
    {
      email: 'ana@foo.io',
      name: 'Ana de la Cruz',
      title: 'Buyer',
      company: 'Foo & Sons',
      phone: '5550134',
      budget: '$10k',
      timeline: 'Q1',
      companySize: '120',
      useCase: 'Reports',
    },
  ],
  [
    'blocks of an app, a label above its value',
    {
      text: 'New lead',
      blocks: [
        {
          type: 'section',
          fields: [
            { type: 'mrkdwn', text: '*Name*\nSam Lee' },
            { type: 'mrkdwn', text: '*Email*\nsam@acme.com' },
            { type: 'mrkdwn', text: '*Budget*\n*Timeline*\nsoon' },
          ],
        },
      ],
    },
    { email: 'sam@acme.com', name: 'Sam Lee', timeline: 'soon' },
  ],
  [
    'an attachment',
    { text: '', attachments: [{ fields: [{ title: 'Email', value: 'x@y.com' }] }] },
    { email: 'x@y.com' },
  ],
  ['an address that is a name', { text: 'call sam.lee@acme.com' }, { email: 'sam.lee@acme.com', name: 'Sam Lee' }],
  ['nothing of the kind', { text: 'Lunch at 12? Room 4 :pizza:' }, {}],
  ['only people of ours', { text: 'ask dana@example.com' }, {}],
  ['no message at all', undefined, {}],
];
for (const [what, message, lead] of messages) {
  test(`reads ${what}`, () => assert.deepEqual(leadIn(message, OURS), lead));
}

const names: [string | undefined, object][] = [
  ['Sam Lee', { firstName: 'Sam', lastName: 'Lee' }],
  ['Lee, Sam', { firstName: 'Sam', lastName: 'Lee' }],
  ['Ana  de la Cruz', { firstName: 'Ana de la', lastName: 'Cruz' }],
  ['Cher', { firstName: 'Cher' }],
  ['', {}],
  [undefined, {}],
];
for (const [whole, parts] of names) {
  test(`splits ${JSON.stringify(whole)}`, () => assert.deepEqual(splitName(whole), parts));
}

test('whatever a message holds, it is read at once and answers texts', () => {
  const nasty = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.stringMatching(/^[a-z .@<>|:+0-9()\n-]{0,300}$/),
    fc.constantFrom(
      'a '.repeat(4_000),
      `${'a.'.repeat(4_000)}@x`,
      '1 '.repeat(4_000),
      'Ab '.repeat(3_000),
      '<'.repeat(8_000),
    ),
  );
  fc.assert(
    fc.property(nasty, fc.anything(), (text, blocks) => {
      const found = leadIn({ text: `${text}@`, blocks }, []);
      assert.ok(Object.values(found).every(value => typeof value === 'string' && value !== ''));
    }),
    { numRuns: 100 },
  );
});
