import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { run } from './playbook.ts';

const EXAMPLE = fileURLToPath(new URL('../../playbook.yaml', import.meta.url));
const example = readFileSync(EXAMPLE, 'utf8');

test('a good playbook: exit 0 and one paragraph of what it does', () => {
  const { code, out, err } = run(['check', 'p.yaml'], () => example);
  assert.deepEqual([code, err, out.trim().split('\n').length], [0, '', 1]);
  assert.match(out, /score of 50 or more.*clearbit, then apollo.*70 or more is HIGH.*HIGH within 1h/);
});

test('a bad playbook: exit 2 and every problem with its line, path and the nearest word', () => {
  const bad = example.replace('threshold: 50', 'treshold: 50').replace('assign: weighted', 'assign: wieghted');
  const { code, out, err } = run(['check', 'p.yaml'], () => bad);
  assert.deepEqual([code, out], [2, '']);
  assert.match(err, /^p\.yaml has 3 problems:/);
  assert.match(err, /line \d+: mql\.treshold: is not a key Baton knows here \(did you mean threshold\?\)/);
  assert.match(err, /teams\.mid_market_sdr\.assign: must be one of .* \(did you mean weighted\?\)/);
});

test('a file that cannot be read: exit 2 and why', () => {
  const { code, err } = run(['check', 'gone.yaml'], () => {
    throw Object.assign(new Error("ENOENT: no such file or directory, open 'gone.yaml'"), { code: 'ENOENT' });
  });
  assert.deepEqual([code, err], [2, 'gone.yaml cannot be read: there is no such file\n']);
  const endless = example.replace('threshold: 50', 'threshold: .inf');
  assert.match(run(['check', 'p.yaml'], () => endless).err, /mql\.threshold: must be a number, and not endless$/m);
});

test('the mails of a playbook, filled in for an example', () => {
  const german =
    '[{ when: { language: de }, subject: "Hallo {{lead.first_name}}", body: "Ihr Termin: {{booking_link}}" }]';
  const { code, out } = run(['mails', 'p.yaml'], () => example.replace('templates: []', `templates: ${german}`));
  assert.equal(code, 0);
  assert.match(
    out,
    /answers are off[\s\S]*for leads who chose de ──\nSubject: Hallo Jo\n\nIhr Termin: https:[\s\S]*1 Main Street/,
  );
  assert.match(
    out,
    /for every other lead ──\nSubject: Example Ltd and us\n\nHi Jo, thanks for filling in Demo request/,
  );
});

test('help, schema, and commands nobody knows', () => {
  const never = () => assert.fail('no file is read');
  assert.match(run(['--help'], never).out, /check FILE/);
  assert.equal(JSON.parse(run(['schema'], never).out).title, 'Baton playbook');
  for (const args of [[], ['chekc', 'x'], ['check'], ['check', 'a', 'b']]) assert.equal(run(args, never).code, 2);
});

test('as a process it exits with the same codes', () => {
  const script = fileURLToPath(new URL('./playbook.ts', import.meta.url));
  const started = (...args: string[]) => spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
  assert.deepEqual([started('check', EXAMPLE).status, started('check', `${EXAMPLE}.gone`).status], [0, 2]);
});
