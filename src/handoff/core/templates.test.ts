import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { PLAYBOOK_VENDORS, parse, playbookIn } from '../../../test/helpers/playbook.ts';
import { mailTemplates, type Person, type Playbook, parsePlaybook } from '../../config/playbook.ts';
import type { Judgement } from '../../domain/decision.ts';
import type { Contact } from '../../domain/lead.ts';
import type { Facts } from './facts.ts';
import { fillMail, MOST_SUBJECT, templateOf, valuesFor } from './templates.ts';

const HEAD = `
version: 1
mql: { threshold: 50 }
fit:
  points: { industry: 30, employees: 25, country: 20, title: 25 }
  priority: { high: 70, medium: 40 }
people: [{ email: ana@example.com, name: Ana Ruiz, time_zone: UTC }]
fallback: { person: ana@example.com }
`;

function playbookWith(templates = ''): Playbook {
  return playbookIn(HEAD + templates);
}

const REP: Person = {
  email: 'marcus@example.com',
  name: 'Marcus Chen',
  time_zone: 'UTC',
  scheduling_url: 'https://cal.example.com/marcus',
};

function lead(contact: Partial<Contact>, company?: string): { facts: Facts; judgement: Judgement } {
  const facts: Facts = {
    contact: { source: 'hubspot', id: '1', properties: {}, scoreHistory: [], activities: [], ...contact },
    company: { origin: {}, ...(company && { name: company, industry: 'Technology', employees: 750 }) },
    missing: [],
  };
  const judgement = { company: { confidence: 'high', reason: '', ...(company && { name: company }) } };
  return { facts, judgement: judgement as Judgement };
}

function filled(
  source: { subject: string; body: string },
  who = lead({}),
  rep = REP,
): { subject: string; body: string } {
  const mail = fillMail(source, valuesFor(who, rep));
  assert.ok(mail.ok, JSON.stringify(mail));
  return mail;
}

const intro = () => templateOf(playbookWith()).template;

test('a form that somebody called by a web address is not named in a mail', () => {
  const called = (detail: string) =>
    valuesFor(
      {
        facts: {
          contact: {
            source: 'form',
            id: '1',
            properties: {},
            scoreHistory: [],
            activities: [{ type: 'form', at: '2026-11-24T18:00:00Z', detail }],
          },
          company: { origin: {} },
          missing: [],
        },
        judgement: { company: {} },
      } as never,
      undefined,
    ).lead?.recent_intent;
  assert.deepEqual(
    [called('Demo request'), called('Your account: http://evil.example/login'), called('Log in at evil.example/now')],
    ['filling in Demo request', '', ''],
  );
});

test('the built-in introduction reads well with everything known, and with nothing', () => {
  const emma = lead(
    {
      firstName: 'Emma',
      lastName: 'Thompson',
      email: 'emma@acmecorp.com',
      activities: [{ type: 'webinar', at: '2026-11-20T00:00:00Z', detail: 'the product webinar' }],
    },
    'Acme Corp',
  );
  assert.deepEqual(filled(intro(), emma), {
    ok: true,
    subject: 'Your questions, and Acme Corp',
    body: `Hi Emma,

thank you for attending the product webinar. I look after Acme Corp here, and am glad to answer whatever is still open.

What made you look into this now? A line in reply is enough to start with.

If talking is easier, choose a time that suits you: https://cal.example.com/marcus

Best regards,
Marcus Chen`,
  });
  const { scheduling_url: _none, ...rep } = REP;
  const nobody = filled(intro(), lead({}), rep);
  assert.equal(nobody.subject, 'Thank you for your interest');
  assert.match(nobody.body, /^Hi there,\n\nthank you for your interest\. I look after you here,/);
  assert.match(nobody.body, /would 15 minutes this week or next suit you\?/);
});

test('no mail names a path: pages are told in words, other addresses are left out', () => {
  const seen = (type: 'page_view' | 'form' | 'download', detail: string) =>
    filled(intro(), lead({ activities: [{ type, at: '2026-11-20T00:00:00Z', detail }] })).body;
  assert.match(seen('page_view', '/pricing'), /thank you for looking at our pricing page\./);
  assert.match(seen('page_view', 'https://acme.example/'), /thank you for looking at our website\./);
  assert.match(seen('form', '/contact-us?x=1'), /thank you for your interest\./);
  assert.match(seen('download', 'https://acme.example/a.pdf'), /thank you for your interest\./);
});

test('what the source left empty does not hide what was looked up', () => {
  const who = lead({ firstName: ' ', lastName: 'Thompson' });
  who.facts.person = { firstName: 'Emma', lastName: 'Thomson', title: 'VP Operations' };
  const source = {
    subject: '{{ lead.name }}',
    body: '{{ lead.title }}, {{ company.employees | default: "some" }} people',
  };
  assert.deepEqual(filled(source, who), { ok: true, subject: 'Emma Thompson', body: 'VP Operations, some people' });
});

test('an unknown id means the first template', () => {
  const two = playbookWith('templates: { a: { name: A, subject: s, body: b }, z: { name: Z, subject: s, body: b } }');
  assert.deepEqual(
    [templateOf(two, 'z').id, templateOf(two, 'gone').id, templateOf(two).id, Object.keys(mailTemplates(two))],
    ['z', 'a', 'a', ['a', 'z']],
  );
});

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.constantFrom(
    '{{ rep.email }}',
    '{% for i in (1..999999999) %}x{% endfor %}',
    '{{ "x" | unknown }}',
    '{% raw %}',
    '}}{{',
    'Emma\r\nBcc: victim@example.com',
    'Emma\n\nRegards, the CEO',
    '\u0000\u001b[2J',
    '\ud800',
    '__proto__',
    'x'.repeat(100_000),
  ),
);

test('what a lead typed is one line of text in a mail, never a template, a header or another paragraph', () => {
  const template = {
    subject: 'To {{ lead.name }}: {{ lead.recent_intent }}',
    body: 'A {{ lead.first_name }} B\n{{ lead.company }}\nC',
  };
  fc.assert(
    fc.property(hostile, hostile, hostile, (firstName, company, detail) => {
      const activities: Contact['activities'] = [{ type: 'form', at: '2026-11-20T00:00:00Z', detail }];
      const mail = filled(template, lead({ firstName, lastName: 'T', activities }, company));
      assert.doesNotMatch(mail.subject, /[\p{Cc}\u2028\u2029]/u);
      assert.ok(mail.subject.length <= MOST_SUBJECT);
      assert.equal(mail.body.split('\n').length, 3);
      assert.ok(mail.body.isWellFormed() && mail.body.length < 1_000);
      assert.ok(!mail.body.includes('marcus@example.com'), 'not filled in a second time');
    }),
  );
});

test('a template that grows without end says so and harms nobody', () => {
  const template = { name: 'T', subject: 's', body: '{% for i in (1..100000000) %}x{% endfor %}' };
  const mail = fillMail(template, valuesFor(lead({}), REP));
  assert.ok(!mail.ok);
  assert.match(mail.why, /turns too often/);
});

/** Each is told at the door, with its place. */
const wrong: [what: string, text: string, path: string, message: RegExp, suggestion?: string][] = [
  ['an unknown name', '{{ lead.frist_name }}', 'body', /nothing Baton can fill in/, 'lead.first_name'],
  ['in a branch never taken', '{% if rep.name == "x" %}{{ rep.phone }}{% endif %}', 'body', /rep\.phone/],
  ['a group alone', '{{ lead }}', 'body', /\{\{ lead \}\}/],
  ['a name computed from another', '{{ lead[rep.name] }}', 'body', /nothing Baton can fill in/],
  ['an inherited name', '{{ lead.constructor }}', 'body', /lead\.constructor/],
  ['an unknown filter', '{{ lead.name | shout }}', 'body', /undefined filter: shout/],
  ['an unknown tag', '{% frobnicate %}', 'body', /"frobnicate" not found/],
  ['another file', '{% include "/etc/passwd" %}', 'body', /"include" not found/],
  ['left open', 'Hi {{ lead.name', 'body', /not closed/],
];
for (const [what, text, field, message, suggestion] of wrong) {
  test(`a template with ${what} is a problem of the playbook, with its line`, () => {
    const yaml = `${HEAD}templates:\n  intro:\n    name: Intro\n    subject: Hello\n    ${field}: ${JSON.stringify(text)}\n`;
    const parsed = parse(yaml);
    assert.ok(!parsed.ok);
    const [problem, ...more] = parsed.problems;
    assert.deepEqual(more, []);
    assert.equal(problem?.path, `templates.intro.${field}`);
    assert.match(problem?.message ?? '', message);
    assert.equal(problem?.line, yaml.split('\n').findIndex(line => line.includes(`${field}:`)) + 1);
    if (suggestion) assert.equal(problem?.suggestion, suggestion);
  });
}

test('the first reply is checked like a template', () => {
  const parsed = parse(`${HEAD}reply: { from: "{{rep.nmae}} <a@b.example>" }\n`);
  assert.ok(!parsed.ok);
  assert.deepEqual(
    parsed.problems.map(problem => [problem.path, problem.suggestion]),
    [['reply.from', 'rep.name']],
  );
});

test('a text that loops without end is refused where it is written, and fails in milliseconds where it was saved before', () => {
  const nested =
    '{% assign a = (1..999) %}{% for i in a %}{% for j in a %}{% for k in a %}{% endfor %}{% endfor %}{% endfor %}';
  const long = '{% for i in (1..9000000) %}x{% endfor %}';
  for (const body of [nested, long]) {
    const yaml = `${HEAD}reply: { body: "${body}" }\ntemplates: { a: { name: A, subject: Hi, body: "${body}" } }\n`;
    const problems = parse(yaml);
    assert.match(JSON.stringify(problems), /reply\.body.*loops too often.*templates\.a\.body.*loops too often/);
    assert.ok(parsePlaybook(yaml, PLAYBOOK_VENDORS, { isStored: true }).ok);
    const began = performance.now();
    const mail = fillMail({ subject: 'Hi', body }, valuesFor(lead({}), REP));
    assert.ok(!mail.ok && /turns too often/.test(mail.why), JSON.stringify(mail));
    assert.ok(performance.now() - began < 1_000);
  }
  const parts = '{% assign all = lead.name | split: " " %}{% for one in all %}<{{ one }}>{% endfor %}';
  assert.equal(
    filled({ subject: 'Hi', body: parts }, lead({ firstName: 'Emma', lastName: 'Day' })).body,
    '<Emma><Day>',
  );
});
