import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HandoffSummary } from '../../../db/handoffs/handoff-list.ts';
import { mineAnswer } from './mine.ts';

const now = new Date('2026-11-24T18:00:00Z');
const inMinutes = (minutes: number) => new Date(now.getTime() + minutes * 60_000);

function lead(given: Partial<HandoffSummary>): HandoffSummary {
  const some = { id: 'h1', name: 'Emma Thompson', email: 'emma@example.com', company: '', priority: 'HIGH' };
  return { ...some, contactedAt: null, dueAt: null, snoozedUntil: null, ...given } as HandoffSummary;
}

const said = (rows: HandoffSummary[], total = rows.length, overdue = 0) =>
  mineAnswer({ rows, total, overdue, empty: 'Nothing yet.', zone: 'UTC', now });

test('how many and how many late, then a line a lead: its sign, who, and until when', () => {
  const { text, blocks } = said(
    [
      lead({ dueAt: inMinutes(-5), company: 'Acme <Corp>' }),
      lead({ name: '', dueAt: inMinutes(60), priority: 'MEDIUM' }),
      lead({ name: 'Li Wei', snoozedUntil: inMinutes(30), dueAt: inMinutes(10) }),
      lead({ name: 'Ana Sousa', contactedAt: inMinutes(-60) }),
    ],
    9,
    1,
  );
  const lines = text.split('\n');
  assert.equal(lines[0], '*9 open leads, 1 overdue*');
  assert.match(lines[1] ?? '', /^:alarm_clock: \*Emma Thompson\*, Acme &lt;Corp&gt; · <!date\^\d+\^was due /);
  assert.match(lines[2] ?? '', /\*emma@example\.com\* · <!date\^\d+\^due /);
  assert.match(lines[3] ?? '', /^:zzz: \*Li Wei\* · <!date\^\d+\^until /);
  assert.equal(lines[4], ':white_check_mark: *Ana Sousa* · contacted');
  assert.equal(lines[5], 'and 5 more');
  assert.match(JSON.stringify(blocks), /Open Emma.*All of them.*I’m away….*Help/);
});

test('without leads it says what comes, and help is near', () => {
  const { text, blocks } = said([]);
  assert.equal(text, '*No open leads*\nNothing yet.');
  assert.match(JSON.stringify(blocks), /I’m away….*Help/);
  assert.doesNotMatch(JSON.stringify(blocks), /"Open /);
});
