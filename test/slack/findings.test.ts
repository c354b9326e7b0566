import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SetupFinding } from '../../src/contracts/crm-setup.ts';
import type { Inspection } from '../../src/db/connections/inspections.ts';
import { findingsAnswer, inspectionRow, noInspectionAnswer } from '../../src/slack/blocks/mql/findings.ts';
import { problemsInMessage } from './problems.ts';

const now = new Date('2026-11-24T18:00:00Z');
const finding = (level: SetupFinding['level'], number: number, more: Partial<SetupFinding> = {}): SetupFinding => ({
  about: 'Fields',
  level,
  what: `${level} ${number} of *Lead* <!channel>`,
  ...(level !== 'fine' && { fix: `mend ${number}` }),
  ...more,
});

const inspection = (findings: SetupFinding[], more: Partial<Inspection> = {}): Inspection => ({
  askedBy: 'U0DANA',
  askedAt: now,
  doneAt: new Date(now.getTime() - 120_000),
  findings,
  failure: null,
  ...more,
});

const labels = (blocks: readonly object[]) =>
  [...JSON.stringify(blocks).matchAll(/"text":"([^"]+)","emoji":false\},"value":"([^"]+)"/g)].map(hit => [
    hit[1],
    hit[2],
  ]);

test('many findings are paged, problems first, what is fine last; every page is within Slack’s limits', () => {
  const long = 'x'.repeat(3_000);
  const all = inspection([
    ...Array.from({ length: 7 }, (_, index) => finding('warning', index)),
    ...Array.from({ length: 7 }, (_, index) =>
      finding('problem', index, { what: `problem ${index} ${long}`, fix: long }),
    ),
    ...Array.from({ length: 5 }, (_, index) => finding('fine', index)),
  ]);
  const first = findingsAnswer(all, 'Salesforce', 1, now);
  assert.match(first.text, /^\*Salesforce and the playbook: 7 problems and 7 warnings\.\* Looked at 2 minutes ago\./);
  assert.ok(first.text.indexOf(':x:') < first.text.indexOf(':warning:') || !first.text.includes(':warning:'));
  assert.deepEqual(labels(first.blocks), [
    ['Next', 'doctor findings 2'],
    ['Check again', 'doctor crm'],
  ]);
  const last = findingsAnswer(all, 'Salesforce', 99, now);
  const words = JSON.stringify(last.blocks);
  assert.match(words, /warning 6 of ∗Lead∗ &lt;!channel&gt;/);
  assert.match(words, /5 things in order/);
  assert.match(words, /Page 2 of 2/);
  assert.deepEqual(
    labels(last.blocks).map(([label]) => label),
    ['Before', 'Check again'],
  );
  for (const { text, blocks } of [
    first,
    last,
    findingsAnswer(inspection([]), 'Salesforce', 0, now),
    noInspectionAnswer(undefined, 'Salesforce'),
  ]) {
    assert.deepEqual(problemsInMessage(blocks), []);
    assert.ok(text.length > 0);
  }
});

test('beside the health stands the last comparison: none, under way, done, failed', () => {
  const said = (last?: Inspection) => JSON.stringify(inspectionRow(last, 'Salesforce', now));
  assert.doesNotMatch(said(), /section/);
  assert.match(said(inspection([], { doneAt: null })), /Being compared with the rules/);
  assert.match(
    said(inspection([finding('fine', 1)])),
    /Salesforce fits the playbook: 1 thing looked at.*Show findings/,
  );
  assert.match(said(inspection([finding('problem', 1)])), /1 problem\. Looked at.*Show findings/);
  const failed = said(inspection([], { failure: 'Salesforce: expired <x>.' }));
  assert.match(failed, /could not be compared with the playbook: Salesforce: expired &lt;x&gt;\./);
  assert.doesNotMatch(failed, /Show findings/);
});
