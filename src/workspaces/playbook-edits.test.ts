import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EXAMPLE, PLAYBOOK_VENDORS, playbookIn } from '../../test/helpers/playbook.ts';
import { differenceInWords, edit as editOver, type PlaybookChange, type WrittenRule } from './playbook-edits.ts';

const KEYS = /^[a-z_]+:/gm;

/** What the example says of this team, but for how it shares out. */
const SDRS: Extract<PlaybookChange, { kind: 'team' }>['team'] = {
  name: 'SDRs',
  manager: 'dana@example.com',
  hours: { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '18:00', holidays: 'US' },
};

const edit = (yaml: string, change: PlaybookChange) => editOver(yaml, change, PLAYBOOK_VENDORS);

function done(yaml: string, change: PlaybookChange) {
  const edited = edit(yaml, change);
  assert.ok(edited.ok, JSON.stringify(edited));
  return edited;
}

function problemsOf(change: PlaybookChange, yaml = EXAMPLE) {
  const edited = edit(yaml, change);
  assert.ok(!edited.ok, 'the edit was not refused');
  return edited.problems;
}

/** Each top-level section's own text. */
function sections(yaml: string): Map<string, string> {
  const starts = [...yaml.matchAll(KEYS)].map(match => match.index);
  return new Map(
    starts.map((start, index) => [yaml.slice(start, yaml.indexOf(':', start)), yaml.slice(start, starts[index + 1])]),
  );
}

const threshold = (score: number): PlaybookChange => ({ kind: 'threshold', threshold: score, requalifyAfter: '90d' });
const german: WrittenRule = { name: 'Germany', when: { country: 'DE', score: { min: 60 } }, to: { team: 'emea_sdr' } };

test('a new threshold changes one line, and its comment stays where it was', () => {
  const { yaml, summary } = done(EXAMPLE, threshold(60));
  assert.equal(summary, 'Threshold 50 → 60');
  assert.equal(yaml, EXAMPLE.replace('threshold: 50 ', 'threshold: 60 '));
});

const STEPS = [
  { at: '20m', do: 'nudge' as const },
  { at: '60m', do: 'remind' as const },
  { at: '90m', do: 'escalate' as const },
  { at: '4h', do: 'reassign' as const },
];

const CASES: [what: string, change: PlaybookChange, summary: RegExp][] = [
  [
    'the ideal customer',
    {
      kind: 'fit',
      fit: {
        industries: ['Technology', 'Software', 'Retail'],
        employees: { min: 100 },
        countries: ['US', 'CA', 'GB', 'DE'],
        points: { industry: 30, employees: 25, country: 20, title: 25 },
        priority: { high: 80, medium: 40 },
      },
    },
    /^ICP industries: \+ Retail, − Financial Services; ICP employees from 200 → 100; ICP employees to removed \(was 5000\); and 1 more$/,
  ],
  [
    'a new person who is an admin',
    { kind: 'person', person: { email: 'nia@example.com', name: 'Nia Bell', time_zone: 'Europe/Paris' }, admin: true },
    /^Person “Nia Bell” added; Admins: \+ Nia Bell$/,
  ],
  [
    'somebody else in the place of one who left',
    { kind: 'remove_person', at: 0, instead: 'chan@example.com' },
    /^Person “Marcus Chen” removed; Team “Mid-market SDRs”: members: \+ Chan Li .*, − Marcus Chen/,
  ],
  [
    'a team’s way of sharing out',
    {
      kind: 'team',
      key: 'sdr',
      team: { ...SDRS, assign: 'claim', channel: '#sdr' },
      members: ['marcus@example.com', 'tom@example.com'],
    },
    /^Team “SDRs”: assign round_robin → claim; Team “SDRs”: members: \+ .*; Team “SDRs”: channel: #sdr$/,
  ],
  [
    'a pool whose leads wait in a queue',
    {
      kind: 'team',
      key: 'sdr',
      team: { ...SDRS, assign: 'claim', crm_queue: 'Inbound_queue' },
      members: ['marcus@example.com', 'priya@example.com'],
    },
    /^Team “SDRs”: assign round_robin → claim; Team “SDRs”: CRM queue: Inbound_queue$/,
  ],
  [
    'a rule with records of its own',
    { kind: 'rule', rule: { ...german, crm: 'account_based' }, after: 1 },
    /^Rule “Germany” added: country is DE, score is at least 60 → EMEA SDRs, account-based$/,
  ],
  [
    'a new team',
    { kind: 'team', team: { name: 'Key Accounts' }, members: ['chan@example.com'] },
    /^Team “Key Accounts” added: Chan Li$/,
  ],
  [
    'weights',
    { kind: 'members', key: 'mid_market_sdr', members: [{ person: 'priya@example.com', weight: 3, open_limit: 5 }] },
    /^Team “Mid-market SDRs”: members: .*Priya Nair \(weight 3, open limit 5\)/,
  ],
  [
    'a team that goes',
    { kind: 'remove_team', key: 'emea_sdr', instead: 'sdr' },
    /^Team “EMEA SDRs” removed; Rule “EMEA”: .* ⇒ .* → SDRs$/,
  ],
  [
    'a rule in the third place',
    { kind: 'rule', rule: german, after: 1 },
    /^Rule “Germany” added: country is DE, score is at least 60 → EMEA SDRs$/,
  ],
  ['a rule that moves', { kind: 'move_rule', at: 3, by: -1 }, /^Rule “HIGH enterprise” moved up to 3$/],
  ['a rule that goes', { kind: 'remove_rule', at: 1 }, /^Rule “Partner referrals” removed$/],
  ['a fallback', { kind: 'fallback', team: 'sdr' }, /^Fallback person removed \(was Dana Ruiz\)$/],
  [
    'a ladder',
    {
      kind: 'ladder',
      priority: 'HIGH',
      ladder: { respond_within: '30m', clock: 'working', steps: STEPS },
    },
    /^sla › HIGH › respond within 1h → 30m/i,
  ],
  [
    'what happens off shift',
    {
      kind: 'ladder',
      priority: 'MEDIUM',
      ladder: { respond_within: '24h', clock: 'working', steps: STEPS, out_of_hours: { team: 'sdr' } },
    },
    /out of hours wait → /i,
  ],
  [
    'nothing said of off shift any more',
    {
      kind: 'ladder',
      priority: 'MEDIUM',
      ladder: { respond_within: '24h', clock: 'working', steps: STEPS, out_of_hours: undefined },
    },
    /out of hours removed/i,
  ],
  ['no promise', { kind: 'ladder', priority: 'MEDIUM' }, /MEDIUM removed/],
  [
    'the other promises',
    { kind: 'promises', claimedButIdle: '15m' },
    /^Ask after a claim without contact after 30m → 15m; Cold after removed/,
  ],
  [
    'a template',
    {
      kind: 'template',
      template: { name: 'First call', subject: 'Hello', body: 'Hi {{lead.first_name}},\n\n# no comment\n' },
    },
    /^Template “First call” added$/,
  ],
  [
    'where leads are told',
    { kind: 'notify', notify: { assigned: 'both', channel: '#leads', burst: 3 } },
    /^New leads are told by dm → both/,
  ],
  [
    'the first answer',
    { kind: 'reply', reply: { enabled: true, to: 'forms', within: '2m', subject: 'Hello', body: 'Hi' } },
    /^First answer to leads/,
  ],
  [
    'a first answer for some leads',
    {
      kind: 'answer',
      answer: {
        when: { priority: 'HIGH', team: 'mid_market_sdr', language: ['de', 'fr'] },
        subject: 'Hallo',
        body: 'Hi {{lead.first_name}},\n',
      },
    },
    /^First answer for HIGH leads of Mid-market SDRs who chose de or fr added: Hallo$/,
  ],
  [
    'nurture',
    { kind: 'nurture', places: { hubspot: { list: 'Cold' }, marketo: undefined } },
    /Nurture in Hubspot: list Cold/i,
  ],
];

for (const [what, change, summary] of CASES) {
  test(`${what}: said in a line, and no other section is touched by a byte`, () => {
    const edited = done(EXAMPLE, change);
    assert.match(edited.summary ?? '', summary);
    const [before, after] = [sections(EXAMPLE), sections(edited.yaml)];
    const touched = [...after].filter(([key, text]) => before.get(key) !== text).map(([key]) => key);
    assert.ok(touched.length <= 4, `touched: ${touched}`);
    const comments = (text: string) =>
      (text.match(/#.*$/gm) ?? [])
        .map(comment => comment.trim())
        .filter(one => !one.startsWith('#mql'))
        .sort();
    const lost = comments(EXAMPLE).filter(comment => !comments(edited.yaml).includes(comment));
    assert.ok(lost.length <= 1, `comments lost: ${lost}`);
  });
}

const REFUSED: [what: string, change: PlaybookChange, field: string | undefined, why: RegExp][] = [
  [
    'a duration nobody understands',
    { kind: 'threshold', threshold: 5, requalifyAfter: 'soon' },
    'requalify_after',
    /^Must be a duration/,
  ],
  ['somebody whom teams need', { kind: 'remove_person', at: 2 }, 'instead', /member of EMEA SDRs/],
  [
    'the only admin',
    { kind: 'person', at: 3, person: { email: 'dana@example.com', name: 'Dana Ruiz', time_zone: 'UTC' }, admin: false },
    'admin',
    /only admin/,
  ],
  ['the only admin, removed', { kind: 'remove_person', at: 3, instead: 'chan@example.com' }, 'instead', /only admin/],
  [
    'no e-mail address',
    { kind: 'person', person: { email: 'nia', name: 'Nia', time_zone: 'UTC' }, admin: false },
    'email',
    /e-mail/,
  ],
  [
    'no time zone',
    { kind: 'person', person: { email: 'n@example.com', name: 'Nia', time_zone: 'Mars' }, admin: false },
    'time_zone',
    /IANA/,
  ],
  [
    'a person twice',
    { kind: 'person', person: { email: 'Tom@example.com', name: 'Tom', time_zone: 'UTC' }, admin: false },
    'email',
    /twice/,
  ],
  ['a team nobody is in', { kind: 'team', key: 'sdr', team: { name: 'SDRs' }, members: [] }, 'members', /at least one/],
  ['a team that rules need', { kind: 'remove_team', key: 'sdr' }, 'instead', /rule “MEDIUM”; the fallback/],
  [
    'a rule of the same name',
    { kind: 'rule', rule: { ...german, name: 'EMEA' }, after: 1 },
    undefined,
    /another rule is called "EMEA"/,
  ],
  [
    'a country that is none',
    { kind: 'rule', rule: { ...german, when: { country: 'Narnia' } }, after: 1 },
    'country',
    /^Must be a country/,
  ],
  [
    'a rule that hides those below',
    { kind: 'rule', rule: { ...german, when: {} }, after: -1 },
    undefined,
    /never reached/,
  ],
  [
    'steps that do not climb',
    {
      kind: 'ladder',
      priority: 'HIGH',
      ladder: {
        respond_within: '1h',
        steps: [
          { at: '2h', do: 'nudge' },
          { at: '1h', do: 'remind' },
        ],
      },
    },
    'steps',
    /steps climb/,
  ],
  ['a first rule that moves up', { kind: 'move_rule', at: 0, by: -1 }, undefined, /first rule already/],
  ['a rule that is not there', { kind: 'remove_rule', at: 99 }, undefined, /not in the playbook any more/],
];

for (const [what, change, field, why] of REFUSED) {
  test(`refused: ${what}`, () => {
    const problems = problemsOf(change);
    const found = problems.find(problem => problem.field === field && why.test(problem.message));
    assert.ok(found, JSON.stringify(problems));
  });
}

test('a new address is new wherever the person is named', () => {
  const person = { email: 'marcus.chen@example.com', name: 'Marcus Chen', time_zone: 'America/Los_Angeles' };
  const { yaml } = done(EXAMPLE, { kind: 'person', at: 0, person, admin: false });
  assert.ok(!yaml.includes('marcus@example.com'));
  assert.equal(yaml.split('marcus.chen@example.com').length, 4);
});

test('nothing different is no edit, whatever way it is written', () => {
  assert.equal(done(EXAMPLE, threshold(50)).summary, undefined);
  const same = { kind: 'members', key: 'sdr', members: [{ person: 'marcus@example.com', weight: 1 }] } as const;
  assert.equal(done(EXAMPLE, { ...same, members: [...same.members] }).summary, undefined);
});

test('an anchor that is needed elsewhere, a text in braces, no line at the end: edited or refused with a reason', () => {
  const anchored = EXAMPLE.replace('holidays: US }', 'holidays: US } # own').replace(
    'members: [{ person: priya@example.com }]',
    'members: &one [{ person: priya@example.com }]',
  );
  const used = anchored.replace('members: [{ person: tom@example.com }]', 'members: *one');
  assert.match(
    problemsOf({ kind: 'remove_team', key: 'enterprise_ae', instead: 'sdr' }, used)[0]?.message ?? '',
    /alias/,
  );
  const { playbook } = done(used, threshold(70));
  const inBraces = JSON.stringify(playbookAsWritten());
  assert.equal(done(inBraces, threshold(70)).playbook.mql.threshold, playbook.mql.threshold);
  assert.ok(
    done(EXAMPLE.trimEnd(), { kind: 'template', template: { name: 'x', subject: 'x', body: '' } }).yaml.includes(
      'templates:',
    ),
  );
});

function playbookAsWritten(): unknown {
  return {
    version: 1,
    mql: { threshold: 1 },
    fit: { points: { industry: 1, employees: 1, country: 1, title: 1 }, priority: { high: 2, medium: 1 } },
    people: [{ email: 'a@example.com', name: 'A', time_zone: 'UTC' }],
    fallback: { person: 'a@example.com' },
  };
}

const word = fc.oneof(
  fc.constantFrom(
    'US',
    'Software',
    'marcus@example.com',
    'nobody@example.com',
    '#mql',
    '10h',
    '"',
    "'",
    '# x',
    ': ',
    '- a',
    '{{x}}',
    '&a',
    '*b',
    '!!js',
    '%',
    '0x1',
    'null',
    '~',
    'yes',
    '<<',
  ),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
);
const place = fc.integer({ min: -1, max: 8 });
const duration = fc.oneof(fc.constantFrom('45m', '90s', '5d'), word);
const person = fc.record({ email: word, name: word, time_zone: fc.constantFrom('UTC', 'Europe/London', 'Mars') });
const team = fc.constantFrom('sdr', 'emea_sdr', 'mid_market_sdr', 'enterprise_ae', '__proto__', 'nowhere');
const member = fc.constantFrom('marcus@example.com', 'TOM@example.com', 'chan@example.com', 'nobody@example.com');
const conditions = fc.record(
  {
    country: fc.array(word, { minLength: 1, maxLength: 3 }),
    industry: word,
    employees: fc.record({ above: fc.integer() }),
    property: fc.dictionary(word, word, { maxKeys: 2 }),
  },
  { requiredKeys: [] },
);
const target = fc.oneof(
  fc.constant('nurture' as const),
  team.map(key => ({ team: key })),
  member.map(email => ({ person: email })),
);

const anyChange: fc.Arbitrary<PlaybookChange> = fc.oneof(
  fc.record({ kind: fc.constant('threshold' as const), threshold: fc.integer(), requalifyAfter: duration }),
  fc.record({
    kind: fc.constant('person' as const),
    at: fc.option(place, { nil: undefined }),
    person,
    admin: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('remove_person' as const), at: place, instead: fc.option(member, { nil: undefined }) }),
  fc.record({
    kind: fc.constant('team' as const),
    key: fc.option(team, { nil: undefined }),
    team: fc.record({ name: word, channel: fc.option(word, { nil: undefined }) }),
    members: fc.uniqueArray(member, { maxLength: 3 }),
  }),
  fc.record({
    kind: fc.constant('members' as const),
    key: team,
    members: fc.array(fc.record({ person: member, weight: fc.integer({ min: 0, max: 9 }) }), { maxLength: 3 }),
  }),
  fc.record({ kind: fc.constant('remove_team' as const), key: team, instead: fc.option(team, { nil: undefined }) }),
  fc.record({
    kind: fc.constant('rule' as const),
    at: fc.option(place, { nil: undefined }),
    rule: fc.record({ name: word, when: conditions, to: target }),
    after: place,
  }),
  fc.record({ kind: fc.constant('move_rule' as const), at: place, by: fc.constantFrom<-1 | 1>(-1, 1) }),
  fc.record({ kind: fc.constant('remove_rule' as const), at: place }),
  fc.record({
    kind: fc.constant('ladder' as const),
    priority: fc.constantFrom('HIGH' as const, 'LOW' as const),
    ladder: fc.option(
      fc.record({
        respond_within: duration,
        steps: fc.array(fc.record({ at: duration, do: fc.constant('nudge' as const) }), { maxLength: 2 }),
      }),
      { nil: undefined },
    ),
  }),
  fc.record({
    kind: fc.constant('template' as const),
    template: fc.record({ name: word, subject: word, body: fc.string({ unit: 'grapheme', maxLength: 60 }) }),
  }),
  fc.record({
    kind: fc.constant('notify' as const),
    notify: fc.record({ channel: word, burst: fc.integer({ min: 0, max: 9 }) }),
  }),
);

test('whatever is filled in, in whatever order: the text parses or the edit is refused with words, and sections not concerned stay', () => {
  fc.assert(
    fc.property(fc.array(anyChange, { minLength: 1, maxLength: 4 }), changes => {
      let yaml = EXAMPLE;
      for (const change of changes) {
        const edited = edit(yaml, change);
        if (!edited.ok) {
          assert.ok(edited.problems.length > 0 && edited.problems.every(({ message }) => message.length > 5));
          continue;
        }
        assert.deepEqual(playbookIn(edited.yaml), edited.playbook);
        assert.equal(edited.summary === undefined, edited.yaml === yaml);
        for (const key of ['scoring', 'validation', 'enrichment', 'crm', 'reply', 'feedback', 'reports']) {
          assert.equal(sections(edited.yaml).get(key)?.trim(), sections(EXAMPLE).get(key)?.trim(), key);
        }
        yaml = edited.yaml;
      }
    }),
    { numRuns: 40 },
  );
});

test('an edit and its opposite leave the playbook as it was', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1_000, max: 1_000_000 }), place, conditions, (score, after, when) => {
      const there = edit(EXAMPLE, threshold(score));
      assert.ok(there.ok);
      assert.equal(done(there.yaml, threshold(50)).yaml, EXAMPLE);
      const added = edit(EXAMPLE, { kind: 'rule', rule: { name: 'New here', when, to: 'nurture' }, after });
      if (!added.ok) return;
      const at = added.playbook.routing.findIndex(({ name }) => name === 'New here');
      assert.equal(done(added.yaml, { kind: 'remove_rule', at }).yaml, EXAMPLE);
    }),
    { numRuns: 15 },
  );
});

test('two versions are told apart in words, and comments alone are no difference', () => {
  const moved = done(EXAMPLE, { kind: 'move_rule', at: 2, by: 1 }).yaml;
  assert.deepEqual(differenceInWords(EXAMPLE, moved), ['Rule “HIGH enterprise” moved from 4 to 3']);
  assert.deepEqual(differenceInWords(EXAMPLE, EXAMPLE.replace('# always | working', '# any')), []);
});

test('mappings are kept by edits of other sections, and what differs in them is said in words', () => {
  const crm =
    '  custom: { Lead: { Segment__c: "{{ company.industry }}" } }\n  campaign: { name: "{{ lead.campaign }}" }\n';
  const mapped = EXAMPLE.replace('  mode: lead ', `${crm}  mode: lead `);
  const { yaml } = done(mapped, threshold(60));
  assert.equal(yaml, mapped.replace('threshold: 50 ', 'threshold: 60 '));
  assert.deepEqual(differenceInWords(EXAMPLE, mapped), [
    'crm › custom: Lead Segment__c {{ company.industry }}',
    'crm › campaign: name {{ lead.campaign }}',
  ]);
  assert.deepEqual(differenceInWords(mapped, mapped.replace('company.industry', 'company.name')), [
    'crm › custom › Lead › Segment__c {{ company.industry }} → {{ company.name }}',
  ]);
});

test('texts of the first answer are changed, moved and removed, each said in words; one for a team that is not there is refused', () => {
  const text = (subject: string) => ({ subject, body: 'Hi', when: { language: 'de' } });
  const two = [text('One'), text('Two')].reduce((yaml, answer) => done(yaml, { kind: 'answer', answer }).yaml, EXAMPLE);
  const change = { kind: 'answer', at: 0, answer: { subject: 'Uno', body: 'Ho', when: {} } } as const;
  const changed = done(two, change);
  assert.equal(
    changed.summary,
    'First answer for leads who chose de: now for every lead, subject One → Uno, another text',
  );
  assert.deepEqual(changed.playbook.reply.templates[0]?.when, {});
  assert.equal(done(two, { kind: 'move_answer', at: 1, by: -1 }).summary, 'First answer 2 moved up to 1');
  const none = done(done(two, { kind: 'remove_answer', at: 0 }).yaml, { kind: 'remove_answer', at: 0 });
  assert.match(none.summary ?? '', /^First answer for leads who chose de removed$/);
  assert.deepEqual(none.playbook, playbookIn(EXAMPLE));
  const nobodys = edit(EXAMPLE, { kind: 'answer', answer: { ...text('x'), when: { team: 'nope' } } });
  assert.ok(!nobodys.ok && nobodys.problems[0]?.field === 'team', JSON.stringify(nobodys));
  const loop = '{% for i in (1..99999) %}{% endfor %}';
  const looping = edit(EXAMPLE, { kind: 'answer', answer: { ...text('x'), body: loop } });
  assert.ok(!looping.ok && /Loops too often/.test(looping.problems[0]?.message ?? ''), JSON.stringify(looping));
});
