/** `capture`, and `answers` in conditions: what is read, and what is refused in words an admin understands. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PLAYBOOK_VENDORS } from '../../../test/helpers/playbook.ts';
import { parsePlaybook } from '../playbook.ts';
import { summary } from './summary.ts';

const playbook = (more: string) => `
version: 1
mql: { threshold: 50 }
fit: { points: { industry: 30, employees: 25, country: 20, title: 25 }, priority: { high: 70, medium: 40 } }
people: [{ email: ana@example.com, name: Ana, time_zone: Europe/Madrid }]
fallback: { person: ana@example.com }
${more}
`;

function read(more: string) {
  const parsed = parsePlaybook(playbook(more), PLAYBOOK_VENDORS);
  assert.ok(parsed.ok, JSON.stringify(parsed));
  return parsed.playbook;
}

test('forms are read as the playbook says, and without a word nobody is an MQL by one', () => {
  assert.deepEqual(read('').capture, { questions: {}, mql_when: [], allowed_origins: [] });
  const given = read(`
capture:
  questions: { When: timeline, "3": company }
  mql_when: [{ timeline: now }, { use_case: [demo, trial], employees: { from: 50 } }]
  allowed_origins: ["https://WWW.Example.com/", "http://localhost:8080"]
routing: [{ name: Soon, when: { answers: { timeline: [now, soon] } }, to: nurture }]
`);
  assert.deepEqual(given.capture.mql_when, [
    { timeline: ['now'] },
    { use_case: ['demo', 'trial'], employees: { min: 50 } },
  ]);
  assert.deepEqual(given.capture.allowed_origins, ['https://www.example.com', 'http://localhost:8080']);
  assert.deepEqual(given.routing[0]?.when.answers, { timeline: ['now', 'soon'] });
  assert.match(summary(given), /answers a form as asked \(timeline; use case and employees\) is an MQL at once/);
});

const wrong: [yaml: string, path: string, says: RegExp][] = [
  ['capture: { questions: { when: timelin } }', 'capture.questions.when', /timeline/],
  ['capture: { mql_when: [{}] }', 'capture.mql_when[0]', /at least one condition/],
  ['capture: { mql_when: [{ timelin: now }] }', 'capture.mql_when[0].timelin', /timeline|unknown|not known/],
  ['capture: { allowed_origins: ["www.example.com"] }', 'capture.allowed_origins[0]', /https:\/\/ and the host/],
  ['capture: { allowed_origins: ["https://a.example/path"] }', 'capture.allowed_origins[0]', /https:\/\/ and the host/],
  ['capture: { allowed_origins: ["*"] }', 'capture.allowed_origins[0]', /https:\/\/ and the host/],
  ['routing: [{ name: a, when: { answers: {} }, to: nurture }]', 'routing[0].when.answers', /at least one condition/],
];
for (const [yaml, path, says] of wrong) {
  test(`${yaml} is refused`, () => {
    const parsed = parsePlaybook(playbook(yaml), PLAYBOOK_VENDORS);
    const problem = parsed.ok ? undefined : parsed.problems.find(one => one.path === path);
    assert.ok(problem, JSON.stringify(parsed));
    assert.match(`${problem.message} ${problem.suggestion ?? ''}`, says);
  });
}
