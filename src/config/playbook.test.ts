import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { parse } from 'yaml';
import { EXAMPLE, PLAYBOOK_VENDORS, playbookIn as parsed } from '../../test/helpers/playbook.ts';
import { summary } from './playbook/summary.ts';
import { inRange, type PlaybookProblem, parsePlaybook, playbookJsonSchema } from './playbook.ts';

function problems(yamlText: string): PlaybookProblem[] {
  const result = parsePlaybook(yamlText, PLAYBOOK_VENDORS);
  assert.equal(result.ok, false, 'expected problems');
  return result.ok ? [] : result.problems;
}

/** The example with one thing changed; fails when the text to change is not there. */
function changed(from: string, to: string): string {
  assert.ok(EXAMPLE.includes(from), `the example has no ${from}`);
  return EXAMPLE.replace(from, () => to);
}

const SMALLEST = `
version: 1
mql: { threshold: 50 }
fit: { points: { industry: 30, employees: 25, country: 20, title: 25 }, priority: { high: 70, medium: 40 } }
people: [{ email: Ana@Example.com, name: Ana, time_zone: Europe/Madrid }]
fallback: { person: ana@example.com }
`;

test('the example is accepted as it stands', () => {
  const playbook = parsed(EXAMPLE);
  assert.equal(playbook.mql.requalify_after, 90 * 86_400_000);
  assert.equal(playbook.mql.backfill, 0);
  assert.deepEqual(playbook.scoring?.profile[2], { when: { employees: { min: 200, max: 1000 } }, points: 10 });
  assert.deepEqual(playbook.teams.mid_market_sdr?.members[0], {
    person: 'marcus@example.com',
    weight: 2,
    open_limit: 20,
  });
  assert.equal(playbook.teams.mid_market_sdr?.members[1]?.weight, 1);
  assert.deepEqual(
    playbook.routing.map(rule => rule.to),
    [
      { kind: 'account_owner' },
      { kind: 'person', person: 'chan@example.com' },
      { kind: 'team', team: 'emea_sdr' },
      { kind: 'team', team: 'enterprise_ae' },
      { kind: 'team', team: 'mid_market_sdr' },
      { kind: 'team', team: 'sdr' },
      { kind: 'nurture' },
    ],
  );
  assert.deepEqual(playbook.routing[2]?.when, { priority: ['HIGH', 'MEDIUM'], region: ['EMEA'] });
  assert.deepEqual(playbook.sla.HIGH?.steps.at(-1), { at: 4 * 3_600_000, do: 'reassign' });
  assert.equal(playbook.feedback.won.suppression_list, null);
});

test('the smallest playbook gets every default', () => {
  const playbook = parsed(SMALLEST);
  assert.equal(playbook.people[0]?.email, 'ana@example.com');
  assert.equal(playbook.mql.score_property.hubspot, 'hubspotscore');
  assert.equal(playbook.mql.requalify_after, 90 * 86_400_000);
  assert.equal(playbook.validation.disposable_email, 'nurture');
  assert.ok(playbook.validation.decision_maker_titles.includes('Head of'));
  assert.deepEqual(playbook.notify, { assigned: 'dm', burst: 5 });
  assert.deepEqual([playbook.routing, playbook.teams, playbook.sla, playbook.enrichment], [[], {}, {}, []]);
  assert.equal(playbook.scoring, undefined);
  assert.equal(playbook.reply.enabled, false);
});

test('closed leads are kept for two years and mails for 90 days unless the playbook says otherwise, never too briefly', () => {
  assert.deepEqual(parsed(SMALLEST).retention, { closed_leads: 730 * 86_400_000, mail_bodies: 90 * 86_400_000 });
  const [problem] = problems(`${SMALLEST}retention: { closed_leads: 2d }`);
  assert.deepEqual([problem?.path, problem?.message], ['retention.closed_leads', 'must be 30d or more']);
});

test('of many mistakes the first hundred are told, a few with what was meant', () => {
  const people = Array.from(
    { length: 400 },
    (_, at) => `{ email: person${at}@example.com, name: P, time_zone: UTC, manager: persom${at}@example.com }, `,
  );
  const found = problems(SMALLEST.replace('people: [', `people: [${people.join('')}`));
  assert.equal(found.length, 101);
  assert.match(found[0]?.message ?? '', /^persom0@example.com is not in people/);
  assert.deepEqual(found.at(-1), { path: '', message: 'has 300 more problems: mend these first' });
  const meant = found.flatMap(({ suggestion }) => suggestion ?? []);
  assert.deepEqual([meant.length, meant[0]], [20, 'person0@example.com']);
});

test('what is not built is refused in a sentence', () => {
  const asked: [yaml: string, path: string, says: RegExp][] = [
    ['crm: { system: dynamics }', 'crm.system', /must be one of hubspot, salesforce, pipedrive, zoho/],
  ];
  for (const [yaml, path, says] of asked) {
    const found = problems(`${SMALLEST}${yaml}`).find(problem => problem.path === path);
    assert.match(found?.message ?? `no problem of ${path}`, says);
  }
  assert.equal(
    parsed(`${SMALLEST}reply: { enabled: false, within: 30s }\ncrm: { system: salesforce }`).crm.system,
    'salesforce',
  );
});

test('the follow-up: a task unless the playbook says otherwise; a queue only where there are several and one is used', () => {
  assert.deepEqual(parsed(SMALLEST).follow_up, { HIGH: 'task', MEDIUM: 'task', LOW: 'task' });
  const asked: [yaml: string, path: string, says: RegExp][] = [
    ['follow_up: { HIGH: mail }', 'follow_up.HIGH', /task/],
    [
      'follow_up: { queue: "7" }\ncrm: { system: hubspot }',
      'follow_up.queue',
      /no priority of follow_up says call_list/,
    ],
    ['follow_up: { HIGH: call_list, queue: "7" }', 'follow_up.queue', /one list of calls for each person/],
  ];
  for (const [yaml, path, says] of asked) {
    const found = problems(`${SMALLEST}${yaml}`).find(problem => problem.path === path);
    assert.match(found?.message ?? `no problem of ${path}`, says);
  }
  const queued = parsed(`${SMALLEST}follow_up: { LOW: call_list, queue: "7" }\ncrm: { system: hubspot }`);
  assert.match(summary(queued), /LOW stands in the rep’s call list there \(queue 7\), the others get a task\./);
});

test('nurture is one place of those that the source has', () => {
  const { nurture } = parsed(
    `${SMALLEST}nurture: { hubspot: { property: track, value: blog }, marketo: { campaign: N } }`,
  );
  assert.deepEqual(nurture, { hubspot: { property: 'track', value: 'blog' }, marketo: { campaign: 'N' } });
  const refused: [place: string, says: RegExp][] = [
    ['hubspot: { automation: N }', /must be \{ list: … \} or \{ property: …, value: … \}/],
    ['hubspot: { list: N, property: track, value: x }', /must be \{ list/],
    ['hubspot: { property: track }', /must be \{ list/],
    ['pardot: {}', /must be \{ list: … \}$/],
    ['form: { list: N }', /is not a key/],
  ];
  for (const [place, says] of refused) {
    const found = problems(`${SMALLEST}nurture: { ${place} }`).find(problem => problem.path.startsWith('nurture'));
    assert.match(found?.message ?? `no problem of ${place}`, says);
  }
});

test('a wait of more than a year is refused, and works on where it was saved before', () => {
  const asked: [yaml: string, path: string][] = [
    ['{ HIGH: { respond_within: 367d } }', 'sla.HIGH.respond_within'],
    [
      '{ LOW: { respond_within: 1d, steps: [{ at: 1h, do: nudge }, { at: 8785h, do: remind }] } }',
      'sla.LOW.steps[1].at',
    ],
    ['{ claimed_but_idle: 99999d }', 'sla.claimed_but_idle'],
    ['{ cold_after: 367d }', 'sla.cold_after'],
  ];
  for (const [sla, path] of asked) {
    const yaml = `${SMALLEST}sla: ${sla}`;
    assert.deepEqual(
      problems(yaml).map(one => [one.path, one.message]),
      [[path, 'must be at most 366d']],
    );
    assert.equal(parsePlaybook(yaml, PLAYBOOK_VENDORS, { isStored: true }).ok, true);
  }
  assert.equal(parsed(`${SMALLEST}sla: { cold_after: 366d }`).sla.cold_after, 366 * 86_400_000);
});

test('the first answer: places and domains are read, defaults are careful, and what nobody can fill in is refused', () => {
  const { reply } = parsed(
    `${SMALLEST}reply: { enabled: true, withhold: { consent_required_in: [Germany, nordic, US], competitors: [Rival.Example] } }`,
  );
  assert.deepEqual(reply.withhold, {
    customers: true,
    open_deals: true,
    consent_required_in: ['DE', 'NORDICS', 'US'],
    competitors: ['rival.example'],
  });
  assert.deepEqual([reply.to, reply.within, reply.test_leads], ['forms', 60_000, false]);
  assert.deepEqual(parsed(SMALLEST).reply.withhold.consent_required_in, ['EU', 'UKI', 'CA']);
  const wrong: [yaml: string, path: string, says: RegExp][] = [
    ['body: "{{ bookinglink }}"', 'reply.body', /nothing Baton can fill in/],
    ['templates: [{ subject: "{{ lead.nam }}", body: x }]', 'reply.templates[0].subject', /nothing Baton can fill in/],
    ['templates: [{ when: { team: nobody }, subject: x, body: x }]', 'reply.templates[0].when.team', /not in teams/],
    ['withhold: { consent_required_in: [Atlantis] }', 'reply.withhold.consent_required_in[0]', /must be a region/],
    ['withhold: { competitors: [sam@rival.example] }', 'reply.withhold.competitors[0]', /must be a domain/],
  ];
  for (const [yaml, path, says] of wrong) {
    const found = problems(`${SMALLEST}reply: { ${yaml} }`).find(problem => problem.path === path);
    assert.match(found?.message ?? `no problem of ${path}`, says);
  }
  assert.equal(parsed(`${SMALLEST}reply: { body: "{{ booking_link }}" }`).reply.body, '{{ booking_link }}');
});

test('every form of a condition is read, single or list', () => {
  const when = `{ priority: high }`;
  const rules = `
routing:
  - name: all
    when:
      priority: [HIGH, LOW]
      score: { above: 80, max: 100 }
      employees: { min: 10, below: 50 }
      industry: in_icp
      country: [Germany, GB]
      region: [emea, Latin America]
      lead_source: Partner
      product_interest: [A, B]
      account_owner: none
      source: hubspot
      title: [executive, manager]
      email: business
      unsubscribed: false
      property: { lead_tier: gold, seats: [5, 10], vip: true }
    to: { person: ana@example.com }
  - { name: everyone else, to: nurture }
`;
  assert.deepEqual(parsed(SMALLEST + rules).routing[0]?.when, {
    priority: ['HIGH', 'LOW'],
    score: { above: 80, max: 100 },
    employees: { min: 10, below: 50 },
    industry: ['in_icp'],
    country: ['DE', 'GB'],
    region: ['EMEA', 'LATAM'],
    lead_source: ['Partner'],
    product_interest: ['A', 'B'],
    account_owner: 'none',
    source: ['hubspot'],
    title: ['executive', 'manager'],
    email: ['business'],
    unsubscribed: false,
    property: { lead_tier: ['gold'], seats: ['5', '10'], vip: ['true'] },
  });
  const lower = problems(`${SMALLEST}routing: [{ name: x, when: ${when}, to: nurture }]`);
  assert.deepEqual([lower[0]?.path, lower[0]?.suggestion], ['routing[0].when.priority', 'HIGH']);
});

const slips: [what: string, from: string, to: string, path: string, says: RegExp, suggestion?: string][] = [
  ['unknown key', 'threshold: 50', 'treshold: 50', 'mql.treshold', /not a key/, 'threshold'],
  ['unknown top key', 'enrichment: [', 'enrichmnt: [', 'enrichmnt', /not a key/, 'enrichment'],
  [
    'unknown key in a list',
    'weight: 1 }',
    'wieght: 1 }',
    'teams.mid_market_sdr.members[1].wieght',
    /not a key/,
    'weight',
  ],
  ['unknown condition', 'region: EMEA', 'regio: EMEA', 'routing[2].when.regio', /not a key/, 'region'],
  ['unknown target', 'to: { owner: account }', 'to: { ownr: account }', 'routing[0].to.ownr', /not a key/, 'owner'],
  [
    'unknown behaviour',
    'email_opened: 2',
    'email_opend: 2',
    'scoring.behaviour.email_opend',
    /not a key/,
    'email_opened',
  ],
  [
    'unknown value',
    'assign: weighted',
    'assign: wieghted',
    'teams.mid_market_sdr.assign',
    /must be one of/,
    'weighted',
  ],
  ['unknown enricher', '[clearbit, apollo]', '[clearbit, apolo]', 'enrichment[1]', /must be one of/, 'apollo'],
  [
    'unknown person in a rule',
    'person: chan@',
    'person: chen@',
    'routing[1].to.person',
    /not in people/,
    'chan@example.com',
  ],
  [
    'unknown member',
    '[{ person: tom@',
    '[{ person: tim@',
    'teams.emea_sdr.members[0].person',
    /not in people/,
    'tom@example.com',
  ],
  ['unknown manager', 'manager: dana', 'manager: dan', 'people[0].manager', /not in people/, 'dana@example.com'],
  ['unknown admin', 'admins: [dana', 'admins: [dan', 'admins[0]', /not in people/, 'dana@example.com'],
  ['unknown team', 'team: emea_sdr', 'team: emea_srd', 'routing[2].to.team', /not in teams/, 'emea_sdr'],
  ['unknown fallback team', 'fallback: { team: sdr', 'fallback: { team: srd', 'fallback.team', /not in teams/, 'sdr'],
  [
    'own manager',
    'people:',
    'people:\n  - { email: me@example.com, name: Me, manager: me@example.com, time_zone: UTC }',
    'people[0].manager',
    /own manager/,
  ],
  ['person twice', 'email: chan@', 'email: dana@', 'people[4].email', /listed twice/],
  [
    'member twice',
    'person: priya@example.com, weight: 1',
    'person: marcus@example.com',
    'teams.mid_market_sdr.members[1].person',
    /twice/,
  ],
  ['duration', 'within: 60s', 'within: 60 seconds', 'reply.within', /must be a duration/],
  ['duration as number', 'backfill: 0d', 'backfill: 0', 'mql.backfill', /must be a duration/],
  ['time of day', 'from: "09:00"', 'from: "9:00"', 'teams.enterprise_ae.hours.from', /HH:MM/],
  ['hours past midnight', 'to: "18:00"', 'to: "08:00"', 'teams.enterprise_ae.hours.to', /later than/],
  ['time zone', 'Europe/London', 'Europe/Londn', 'people[2].time_zone', /IANA/],
  ['offset as zone', 'Europe/London', '"+01:00"', 'people[2].time_zone', /IANA/],
  ['holidays', 'holidays: US', 'holidays: XX', 'teams.enterprise_ae.hours.holidays', /holiday calendar/],
  ['holidays of no state', 'holidays: US', 'holidays: US-ZZ', 'teams.enterprise_ae.hours.holidays', /holiday calendar/],
  ['country', 'countries: [US', 'countries: [Atlantis', 'fit.countries[0]', /must be a country/],
  ['region', 'region: EMEA', 'region: EMAE', 'routing[2].when.region', /must be a region/],
  ['priority order', 'medium: 40', 'medium: 80', 'fit.priority.medium', /below high/],
  ['too many points', 'industry: 30', 'industry: 40', 'fit.points', /100 at most/],
  [
    'impossible range',
    '{ from: 200, to: 1000 }',
    '{ from: 200, to: 100 }',
    'scoring.profile[2].when.employees',
    /never be true/,
  ],
  ['empty range', '{ below: 10 }', '{}', 'scoring.negative[1].when.employees', /at least one/],
  ['number for a range', '{ below: 10 }', '10', 'scoring.negative[1].when.employees', /group of keys/],
  ['two targets', '{ team: sdr } }', '{ team: sdr, person: tom@example.com } }', 'routing[5].to', /exactly one/],
  ['list as target', 'to: nurture }', 'to: [nurture] }', 'routing[6].to', /exactly one/],
  ['same rule name', 'name: MEDIUM', 'name: EMEA', 'routing[5].name', /already/],
  ['rule never reached', 'when: { account_owner: exists }', 'when: {}', 'routing[1]', /never reached/],
  ['owner of none', 'account_owner: exists', 'account_owner: none', 'routing[0].to', /account has none/],
  ['steps fall', 'at: 60m, do: remind', 'at: 40m, do: remind', 'sla.HIGH.steps[1].at', /climb/],
  ['steps equal', 'at: 60m, do: remind', 'at: 45m, do: remind', 'sla.HIGH.steps[1].at', /climb/],
  [
    'unknown step',
    '{ at: 90m, do: escalate }',
    '{ at: 90m, do: escalte }',
    'sla.HIGH.steps[2].do',
    /one of/,
    'escalate',
  ],
  ['reassign early', 'at: 60m, do: remind', 'at: 60m, do: reassign', 'sla.HIGH.steps[1].do', /last step/],
  ['no fallback', 'fallback: { team: sdr, person: dana@example.com }', 'fallback: {}', 'fallback', /must name/],
  ['empty team', 'members: [{ person: tom@example.com }]', 'members: []', 'teams.emea_sdr.members', /at least one/],
  ['API name', 'Lead_Score__c', '"Lead Score"', 'crm.fields.lead_score', /API name/],
  ['channel', 'channel: "#mql-mid-market"', 'channel: mql-mid-market', 'teams.mid_market_sdr.channel', /Slack channel/],
  [
    'comment eats the channel',
    'channel: "#mql-mid-market"',
    'channel: #mql-mid-market',
    'teams.mid_market_sdr.channel',
    /Slack channel/,
  ],
  ['link', '"https://cal.example.com/marcus"', '"javascript:alert(1)"', 'people[0].scheduling_url', /https/],
  ['version', 'version: 1', 'version: 2', 'version', /must be 1/],
  ['missing section', 'version: 1', '', 'version', /missing/],
];

for (const [what, from, to, path, says, suggestion] of slips) {
  test(`${what}: ${path}`, () => {
    const found = problems(changed(from, to)).find(problem => problem.path === path);
    assert.ok(found, JSON.stringify(problems(changed(from, to))));
    assert.match(found.message, says);
    assert.equal(found.suggestion, suggestion);
  });
}

/** One that moves the places of others, or makes the other mistake none. */
const UNFIT = ['own manager', 'person twice', 'empty team'];
const section = (path: string) => path.split(/[.[]/)[0];

test('of two mistakes in one section neither hides the other', () => {
  const pairs = slips
    .filter(([what]) => !UNFIT.includes(what))
    .flatMap((one, index, all) => all.slice(index + 1).map(other => [one, other] as const))
    .filter(([[, , , path], [, , , other]]) => path !== other && section(path) === section(other));
  const hidden = pairs.flatMap(([[what, from, to, path], [otherWhat, otherFrom, otherTo, otherPath]]) => {
    const text = changed(from, to);
    // Both are written in the same place: the file can only hold one of them.
    if (!text.includes(otherFrom)) return [];
    const found = problems(text.replace(otherFrom, otherTo)).map(problem => problem.path);
    return [path, otherPath].every(each => found.includes(each)) ? [] : [`${what} + ${otherWhat}: ${found.join(', ')}`];
  });
  assert.ok(pairs.length > 100, `${pairs.length} pairs`);
  assert.deepEqual(hidden, []);
});

test('all problems come at once, in the order of the file, each on its line', () => {
  const text = changed('version: 1', 'version: 1\ncolour: red')
    .replace('threshold: 50', 'treshold: 50')
    .replace('assign: weighted', 'assign: wieghted')
    .replace('manager: dana@example.com, assign', 'manager: dan@example.com, assign')
    .replace('at: 60m', 'at: 40m');
  const found = problems(text);
  assert.deepEqual(
    found.map(problem => problem.path),
    [
      'colour',
      'mql.threshold',
      'mql.treshold',
      'teams.mid_market_sdr.assign',
      'teams.emea_sdr.manager',
      'sla.HIGH.steps[1].at',
    ],
  );
  const lines = text.split('\n');
  assert.match(lines[(found[3]?.line ?? 0) - 1] ?? '', /wieghted/);
  assert.match(lines[(found[5]?.line ?? 0) - 1] ?? '', /at: 40m/);
});

test('a pool needs a channel, and so does a card that goes to one', () => {
  const pool = `${SMALLEST}teams: { pool: { name: Pool, assign: claim, members: [{ person: ana@example.com }] } }\n`;
  assert.deepEqual(
    problems(pool).map(problem => problem.path),
    ['teams.pool.channel'],
  );
  assert.equal(parsed(`${pool}notify: { channel: "#leads" }\n`).teams.pool?.assign, 'claim');
  assert.deepEqual(
    problems(`${SMALLEST}notify: { assigned: both }`).map(problem => problem.path),
    ['notify.channel'],
  );
});

test('mappings into the CRM are checked at the door', () => {
  const table: [crm: string, path: string, message: RegExp, suggestion?: string][] = [
    ['custom: { Leed: { A__c: x } }', 'crm.custom.Leed', /an object Baton writes: Lead, Contact, Account/, 'Lead'],
    ['record_types: { Task: Call }', 'crm.record_types.Task', /Lead, Contact, Account, PersonAccount or Opportunity$/],
    ['custom: { Lead: { Id: x } }', 'crm.custom.Lead.Id', /written by Salesforce itself/],
    ['custom: { Lead: { ownerid: x } }', 'crm.custom.Lead.ownerid', /follows the routing/],
    ['defaults: { Account: { RecordTypeId: x } }', 'crm.defaults.Account.RecordTypeId', /crm\.record_types/],
    ['custom: { Opportunity: { StageName: x } }', 'crm.custom.Opportunity.StageName', /crm\.opportunity\.stage/],
    ['custom: { Lead: { Baton_Handoff_Id__c: x } }', 'crm.custom.Lead.Baton_Handoff_Id__c', /Baton’s own field/],
    ['custom: { Lead: { A__c: x, a__c: y } }', 'crm.custom.Lead.a__c', /is A__c once more/],
    [
      'fields: { lead_score: Score__c }\n  custom: { Contact: { score__c: x } }',
      'crm.custom.Contact.score__c',
      /filled by crm\.fields\.lead_score already/,
    ],
    [
      'custom: { Lead: { A__c: "{{ lead.fist_name }}" } }',
      'crm.custom.Lead.A__c',
      /nothing Baton can/,
      'lead.first_name',
    ],
    ['custom: { Lead: { A__c: "{{ mql.score | dubble }}" } }', 'crm.custom.Lead.A__c', /no Liquid template/],
    ['custom: { Lead: { A__c: "{{ property.a.b }}" } }', 'crm.custom.Lead.A__c', /nothing Baton can/],
    ['campaign: { name: "{{ lead.campain }}" }', 'crm.campaign.name', /nothing Baton can/, 'lead.campaign'],
    ['opportunity: { name: "{{ nothing }}" }', 'crm.opportunity.name', /nothing Baton can/],
    ['custom: { Lead: { "A b": x } }', 'crm.custom.Lead.A b', /must be an API name/],
    ['currency: euro', 'crm.currency', /ISO code such as EUR/],
  ];
  for (const [crm, path, message, suggestion] of table) {
    const found = problems(`${SMALLEST}crm:\n  ${crm}\n`);
    assert.deepEqual([found.length, found[0]?.path], [1, path], `${crm}: ${JSON.stringify(found)}`);
    assert.match(found[0]?.message ?? '', message);
    assert.equal(found[0]?.suggestion, suggestion);
    assert.ok((found[0]?.line ?? 0) >= 7, `${crm}: line ${found[0]?.line}`);
  }
  const taken = parsed(
    `${SMALLEST}crm: { custom: { Lead: { constructor: x, A__c: "{{ property.tier }} {{ handoff.url }}" }, Account: { Score__c: 1 } }, fields: { lead_score: Score__c } }`.replace(
      'Score__c: 1',
      'Score__c: "1"',
    ),
  );
  assert.equal(Object.keys(taken.crm.custom.Lead ?? {}).length, 2);
});

test('the summary says what becomes of a lead in the CRM', () => {
  const crm = [
    '  custom: { Lead: { Segment__c: x }, Task: { Kind__c: y } }',
    '  defaults: { Lead: { Tier__c: z } }',
    '  record_types: { Lead: Inbound }',
    '  currency: EUR',
    '  campaign: { name: "{{ lead.campaign }}" }',
  ].join('\n');
  const rule =
    'routing: [{ name: Big, when: { priority: HIGH }, to: { person: ana@example.com }, crm: account_based }]';
  assert.match(
    summary(parsed(`${SMALLEST}${rule}\ncrm:\n${crm}\n`)),
    /The CRM gets a lead; a company, a contact and a deal for Big; mapped besides Baton’s own fields: Lead\.Segment__c, Task\.Kind__c; defaults for Lead\.Tier__c; record types Lead Inbound; in EUR; campaign \{\{ lead\.campaign \}\} as Responded\./,
  );
});

test('a person may keep hours of their own', () => {
  const own = SMALLEST.replace('name: Ana', 'name: Ana, hours: { from: "10:00", to: "19:00", holidays: ES-MD }');
  assert.deepEqual(parsed(own).people[0]?.hours, {
    days: ['mon', 'tue', 'wed', 'thu', 'fri'],
    from: '10:00',
    to: '19:00',
    holidays: 'ES-MD',
  });
});

test('what is not YAML says where', () => {
  assert.deepEqual(problems('version: 1\nmql: [1')[0]?.line, 2);
  for (const text of [
    '',
    '# nothing',
    '- a',
    'just text',
    'a: *nowhere',
    'a: 1\na: 2',
    '\u0000',
    'x'.repeat(600_000),
  ]) {
    assert.equal(problems(text).length > 0, true);
  }
});

test('aliases that multiply without end are refused, not expanded', () => {
  const bomb = ['a0: &a0 [x,x,x,x,x,x,x,x,x]'];
  for (let level = 1; level < 9; level += 1) {
    bomb.push(
      `a${level}: &a${level} [${Array(9)
        .fill(`*a${level - 1}`)
        .join(',')}]`,
    );
  }
  assert.match(problems(bomb.join('\n'))[0]?.message ?? '', /not YAML/);
});

test('keys of JavaScript’s own objects are only unknown keys', () => {
  assert.ok(problems(`${SMALLEST}__proto__: { admins: [x] }`).some(problem => problem.path === '__proto__'));
  assert.ok(problems(`${SMALLEST}constructor: 1`).some(problem => problem.path === 'constructor'));
  assert.ok(problems(`${SMALLEST}scoring: { behaviour: { toString: 5 } }`).length > 0);
});

test('no text makes parsing throw', () => {
  const lines = EXAMPLE.split('\n');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => typeof parsePlaybook(text, PLAYBOOK_VENDORS).ok === 'boolean'),
  );
  fc.assert(
    fc.property(fc.nat(lines.length - 1), fc.string(), (index, text) => {
      return typeof parsePlaybook(lines.with(index, text).join('\n'), PLAYBOOK_VENDORS).ok === 'boolean';
    }),
    { numRuns: 40 },
  );
});

test('ranges include min and max, exclude above and below, and never hold the unknown', () => {
  assert.deepEqual(
    [199, 200, 1000, 1001].map(value => inRange(value, { min: 200, max: 1000 })),
    [false, true, true, false],
  );
  assert.deepEqual(
    [10, 11, 19, 20].map(value => inRange(value, { above: 10, below: 20 })),
    [false, true, true, false],
  );
  assert.deepEqual(
    [null, undefined, Number.NaN].map(value => inRange(value, { min: 0 })),
    [false, false, false],
  );
});

test('a card’s small print is two lines of six facts at most, each once', () => {
  const wrong = (card: string) => JSON.stringify(problems(`${SMALLEST}card: ${card}\n`));
  assert.match(wrong('{ lines: [[size, shoe_size]] }'), /card\.lines/);
  assert.match(wrong('{ lines: [[size, industry, place, revenue], [stack, score, record]] }'), /6 facts at most/);
  assert.match(wrong('{ lines: [[size], [size]] }'), /each fact once/);
  assert.deepEqual(parsed(`${SMALLEST}card: { lines: [[funding, size], [score, record]] }`).card.lines, [
    ['funding', 'size'],
    ['score', 'record'],
  ]);
});

test('the published JSON Schema is current; run `npm run playbook -- schema > docs/playbook.schema.json`', () => {
  const published = readFileSync(new URL('../../docs/playbook.schema.json', import.meta.url), 'utf8');
  assert.deepEqual(JSON.parse(published), playbookJsonSchema(PLAYBOOK_VENDORS));
});

test('the JSON Schema agrees with the parser on the example and refuses unknown keys', () => {
  const validate = new Ajv2020({ strict: false }).compile(playbookJsonSchema(PLAYBOOK_VENDORS));
  assert.equal(validate(parse(EXAMPLE)), true, JSON.stringify(validate.errors));
  assert.equal(validate(parse(SMALLEST)), true, JSON.stringify(validate.errors));
  assert.equal(validate(parse(changed('threshold: 50', 'treshold: 50'))), false);
  assert.equal(validate(parse(changed('email_opened: 2', 'email_opend: 2'))), false);
});

test('brackets within texts open nothing', () => {
  const people = Array.from({ length: 60 }, (_, at) => `  - { email: p${at}@example.com, name: "[{ ${at}" }`).join(
    '\n',
  );
  const parsed = parsePlaybook(`people:\n${people}\n`, PLAYBOOK_VENDORS);
  assert.ok(!parsed.ok && parsed.problems.every(({ message }) => !/brackets/.test(message)));
});

test('keys without end are read in a time that grows with their number, and one that stands there twice is named', () => {
  const keys = Array.from({ length: 20_000 }, (_, n) => `  team_${n}: {}`);
  const began = process.cpuUsage();
  const found = problems(`version: 1\nteams:\n${keys.join('\n')}\n  team_7: {}\n`);
  const { user } = process.cpuUsage(began);
  assert.deepEqual(found, [{ path: '', message: 'is not YAML: Map keys must be unique', line: 20_003 }]);
  assert.ok(user < 6_000_000, `${Math.round(user / 1_000)} ms`);
});

test('brackets within brackets without end are refused before the reader of YAML is lost in them', () => {
  for (const bracket of ['{', '[', '{ a: [']) {
    const [problem] = problems(bracket.repeat(20_000));
    assert.equal(problem?.message, 'opens more than 50 brackets within one another');
  }
});

test('stages that a contact must be at: none, those of each vendor, or those that are named', () => {
  const required = (written: string) => {
    const parsed = parsePlaybook(
      EXAMPLE.replace('require_lifecycle: false', `require_lifecycle: ${written}`),
      PLAYBOOK_VENDORS,
    );
    return parsed.ok ? parsed.playbook.mql.require_lifecycle : parsed.problems[0]?.message;
  };
  assert.equal(required('false'), false);
  const ofEach = (stages: string[]) => ({ hubspot: stages, marketo: stages });
  assert.deepEqual(required('true'), { hubspot: ['marketingqualifiedlead'], marketo: ['MQL'] });
  assert.deepEqual(required('"251342837"'), ofEach(['251342837']));
  assert.deepEqual(required('[lead, "251342837"]'), ofEach(['lead', '251342837']));
  assert.match(String(required('7')), /must be/);
});
