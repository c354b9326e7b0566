/** Playbooks over vendors that nobody has: what may be named follows the table alone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CrmVocabulary } from '../../domain/playbook-vendors.ts';
import { type PlaybookProblem, type PlaybookVendors, parsePlaybook, playbookJsonSchema } from '../playbook.ts';

const VENDORS: PlaybookVendors = {
  sources: { mapper: { label: 'Mapper', scoreProperty: 'points' }, desk: { label: 'Desk' } },
  sequencers: {},
  enrichers: ['factbook'],
  crms: {
    rolodex: {
      label: 'Rolodex',
      vocabulary: {
        objects: ['person', 'deal'],
        typedObjects: ['deal'],
        ignoresCase: false,
        reserved: { id: 'is written by Rolodex itself' },
        reservedOn: { deal: { title: 'is set with crm.opportunity.name' } },
        ownPrefix: 'baton_',
        ownFields: { objects: ['person'], except: { mql_score: ['deal'] } },
      },
    },
  },
};
const OTHER = { ...VENDORS.crms.rolodex?.vocabulary, objects: ['person'], typedObjects: [] } as CrmVocabulary;
const NONE: PlaybookVendors = { sources: {}, sequencers: {}, enrichers: [], crms: {} };

const playbook = (more = '', mql = 'threshold: 50') => `
version: 1
mql: { ${mql} }
fit: { points: { industry: 30, employees: 25, country: 20, title: 25 }, priority: { high: 70, medium: 40 } }
people: [{ email: ana@example.com, name: Ana, time_zone: Europe/Madrid }]
fallback: { person: ana@example.com }
${more}
`;

function problems(yaml: string, vendors = VENDORS): PlaybookProblem[] {
  const parsed = parsePlaybook(yaml, vendors);
  return parsed.ok ? [] : parsed.problems.map(({ line: _line, ...problem }) => problem);
}

const from = (source: string) => `routing: [{ name: x, when: { source: ${source} }, to: nurture }]`;
const custom = (fields: string) => `crm: { custom: { ${fields} } }`;

test('score properties are those of the sources that keep a score, with their defaults filled in', () => {
  const parsed = parsePlaybook(playbook(), VENDORS);
  assert.ok(parsed.ok);
  assert.deepEqual(parsed.playbook.mql.score_property, { mapper: 'points' });
  const given = parsePlaybook(playbook('', 'threshold: 50, score_property: { mapper: fit }'), VENDORS);
  assert.ok(given.ok);
  assert.deepEqual(given.playbook.mql.score_property, { mapper: 'fit' });
});

test('a CRM that must be named lends nothing to a playbook that names none', () => {
  const vocabulary = { ...OTHER, objects: ['contact'], mustBeNamed: true as const, defaults: { stage: 'Mapped' } };
  const both: PlaybookVendors = { ...VENDORS, crms: { mapper: { label: 'Mapper', vocabulary }, ...VENDORS.crms } };
  const stageOf = (more: string) => {
    const parsed = parsePlaybook(playbook(more), both);
    return parsed.ok && parsed.playbook.crm.opportunity.stage;
  };
  assert.equal(stageOf('crm: { custom: { person: { tier: x } } }'), 'MQL - Marketing Qualified');
  assert.equal(stageOf('crm: { system: mapper, custom: { contact: { tier: x } } }'), 'Mapped');
  const [problem] = problems(playbook(custom('contact: { tier: x }')), both);
  assert.equal(problem?.message, 'must be an object Baton writes: person or deal');
});

test('a CRM that is the source as well is not written to where the score is read', () => {
  const both: PlaybookVendors = {
    ...VENDORS,
    crms: { mapper: { label: 'Mapper', vocabulary: OTHER }, ...VENDORS.crms },
  };
  const [problem, ...more] = problems(
    playbook('crm: { system: mapper, fields: { lead_score: points, revenue: money } }'),
    both,
  );
  assert.deepEqual([problem?.path, more], ['crm.fields.lead_score', []]);
  assert.match(problem?.message ?? '', /is what mql\.score_property\.mapper reads/);
  assert.deepEqual(problems(playbook('crm: { system: rolodex, fields: { lead_score: points } }'), both), []);
});

test('a playbook says which CRM it is for, and is checked against that one', () => {
  const twoCrms = { ...VENDORS, crms: { ...VENDORS.crms, ledger: { label: 'Ledger', vocabulary: OTHER } } };
  const mapped = 'custom: { deal: { size: x } }';
  assert.deepEqual(problems(playbook(`crm: { system: rolodex, ${mapped} }`), twoCrms), []);
  assert.deepEqual(problems(playbook(`crm: { ${mapped} }`), twoCrms), [], 'one of them has deals');
  assert.deepEqual(
    problems(playbook(`crm: { system: ledger, ${mapped} }`), twoCrms).map(({ path }) => path),
    ['crm.custom.deal'],
  );
  assert.deepEqual(problems(playbook('crm: { system: rolodx }'), twoCrms), [
    { path: 'crm.system', message: 'must be one of rolodex, ledger', suggestion: 'rolodex' },
  ]);
});

const REFUSED: [what: string, yaml: string, problem: PlaybookProblem][] = [
  [
    'a score of a source that keeps none',
    playbook('', 'threshold: 50, score_property: { desk: score }'),
    { path: 'mql.score_property.desk', message: 'is not a key Baton knows here' },
  ],
  [
    'a source mistyped in a score property',
    playbook('', 'threshold: 50, score_property: { maper: score }'),
    { path: 'mql.score_property.maper', message: 'is not a key Baton knows here', suggestion: 'mapper' },
  ],
  [
    'a source of another table in a rule',
    playbook(from('[desk, hubspot]')),
    { path: 'routing[0].when.source[1]', message: 'must be one of mapper, desk' },
  ],
  [
    'a mistyped source in a scoring rule',
    playbook('scoring: { profile: [{ when: { source: dsk }, points: 5 }] }'),
    { path: 'scoring.profile[0].when.source', message: 'must be one of mapper, desk', suggestion: 'desk' },
  ],
  ['an enricher', playbook('enrichment: [fact]'), { path: 'enrichment[0]', message: 'must be factbook' }],
  [
    'an object',
    playbook(custom('dael: { size: x }')),
    { path: 'crm.custom.dael', message: 'must be an object Baton writes: person or deal', suggestion: 'deal' },
  ],
  [
    'a record type',
    playbook('crm: { record_types: { person: x } }'),
    { path: 'crm.record_types.person', message: 'must be an object Baton writes: deal' },
  ],
  [
    'a field of any object',
    playbook(custom('person: { id: x }')),
    { path: 'crm.custom.person.id', message: 'cannot be mapped: it is written by Rolodex itself' },
  ],
  [
    'a field of one object',
    playbook(custom('deal: { title: x }, person: { title: x }')),
    { path: 'crm.custom.deal.title', message: 'cannot be mapped: it is set with crm.opportunity.name' },
  ],
  [
    'a field of Baton’s',
    playbook(custom('deal: { baton_key: x }')),
    { path: 'crm.custom.deal.baton_key', message: 'cannot be mapped: it is Baton’s own field' },
  ],
  [
    'a field that crm.fields fills',
    playbook('crm: { fields: { mql_score: score, mql_date: at }, custom: { deal: { score: x, at: x } } }'),
    {
      path: 'crm.custom.deal.score',
      message: 'is filled by crm.fields.mql_score already: set that to null, or leave this out',
    },
  ],
];

for (const [what, yaml, problem] of REFUSED) {
  test(`refused: ${what}`, () => {
    assert.deepEqual(problems(yaml), [problem]);
  });
}

test('a CRM that tells capitals apart has as many fields as there are spellings', () => {
  const spelt = playbook(custom('person: { Size: x, size: y, ID: z, Baton_key: x }'));
  assert.deepEqual(problems(spelt), []);
  const { rolodex } = VENDORS.crms;
  assert.ok(rolodex);
  const careless = { ...rolodex, vocabulary: { ...rolodex.vocabulary, ignoresCase: true } };
  assert.deepEqual(problems(spelt, { ...VENDORS, crms: { rolodex: careless } }), [
    { path: 'crm.custom.person.size', message: 'is Size once more: Rolodex does not tell capitals apart' },
    { path: 'crm.custom.person.ID', message: 'cannot be mapped: it is written by Rolodex itself' },
    { path: 'crm.custom.person.Baton_key', message: 'cannot be mapped: it is Baton’s own field' },
  ]);
});

test('of several CRMs the one that the playbook names counts; else the first that knows the object', () => {
  const { rolodex } = VENDORS.crms;
  assert.ok(rolodex);
  const rules = { ...rolodex.vocabulary, objects: ['deal', 'firm'], typedObjects: [], reservedOn: {} };
  const crms = { rolodex, binder: { label: 'Binder', vocabulary: rules } };
  const found = (fields: string) => problems(playbook(custom(fields)), { ...VENDORS, crms });
  assert.deepEqual(found('person: { size: x }, firm: { size: x }, deal: { size: x }'), []);
  const title = 'crm: { system: binder, custom: { deal: { title: x } } }';
  assert.deepEqual(problems(playbook(title), { ...VENDORS, crms }), [], 'a title is Rolodex’s own, and not Binder’s');
  assert.deepEqual(
    problems(playbook(title.replace('binder', 'rolodex')), { ...VENDORS, crms }).map(({ path }) => path),
    ['crm.custom.deal.title'],
  );
  assert.deepEqual(problems(playbook('crm: { system: folder }'), { ...VENDORS, crms }), [
    { path: 'crm.system', message: 'must be one of rolodex, binder' },
  ]);
  assert.deepEqual(found('deal: { id: x }, person: { id: x }, frim: { size: x }'), [
    { path: 'crm.custom.deal.id', message: 'cannot be mapped: it is written by Rolodex itself' },
    { path: 'crm.custom.person.id', message: 'cannot be mapped: it is written by Rolodex itself' },
    { path: 'crm.custom.frim', message: 'must be an object Baton writes: person, deal or firm', suggestion: 'firm' },
  ]);
});

test('names of JavaScript’s own objects are fields and objects like any other', () => {
  assert.deepEqual(problems(playbook(custom('person: { constructor: x, toString: y }'))), []);
  assert.deepEqual(
    problems(playbook(custom('constructor: { size: x }'))).map(({ path }) => path),
    ['crm.custom.constructor'],
  );
});

test('with no vendor at all there is nothing to name, and templates for the CRM are checked all the same', () => {
  assert.deepEqual(problems(playbook(), NONE), []);
  assert.deepEqual(problems(playbook('enrichment: [factbook]'), NONE), [
    { path: 'enrichment[0]', message: 'must be left out, as Baton knows none' },
  ]);
  assert.deepEqual(problems(playbook(custom('any: { a: x, b: "{{ lead.emial }}" }')), NONE), [
    { path: 'crm.custom.any.b', message: '{{ lead.emial }} is nothing Baton can fill in', suggestion: 'lead.email' },
  ]);
});

test('two tables side by side do not get in each other’s way, and the JSON Schema is that of its table', () => {
  const other: PlaybookVendors = { ...VENDORS, enrichers: ['atlas'] };
  const yaml = playbook('enrichment: [atlas]');
  for (let round = 0; round < 2; round += 1) {
    assert.deepEqual(problems(yaml, other), []);
    assert.deepEqual(problems(yaml), [{ path: 'enrichment[0]', message: 'must be factbook' }]);
  }
  assert.match(JSON.stringify(playbookJsonSchema(other)), /atlas/);
  assert.doesNotMatch(JSON.stringify(playbookJsonSchema(VENDORS)), /atlas/);
});
