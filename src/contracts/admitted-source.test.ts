import assert from 'node:assert/strict';
import { test } from 'node:test';
import { admittedContact, admittedSignal } from './admitted-source.ts';
import { asRole } from './as-role.ts';
import type { Signal } from './source.ts';

const NOW = new Date('2026-11-24T18:00:00Z');
const SIGNAL: Signal = { contactId: '1', occurredAt: NOW.toISOString(), via: 'webhook', dedupeKey: 'k' };

for (const [why, occurredAt, expected] of [
  ['ahead of its receipt', '2026-11-24T19:00:00Z', NOW.toISOString()],
  ['before it', '2026-11-24T17:00:00Z', '2026-11-24T17:00:00.000Z'],
  ['of a year nobody can mean', '-271821-04-20T00:00:00Z', NOW.toISOString()],
  ['that is none', 'yesterday', NOW.toISOString()],
] as const) {
  test(`a signal of a time ${why}`, () => {
    assert.equal(admittedSignal({ ...SIGNAL, occurredAt }, NOW)[0]?.occurredAt, expected);
  });
}

test('long keys are hashed, an address is normalised, an impossible id is refused and said', () => {
  const [kept] = admittedSignal({ ...SIGNAL, email: ' l\u00adee@acme.com', dedupeKey: 'x'.repeat(100_000) }, NOW);
  assert.equal(kept?.email, 'lee@acme.com');
  assert.ok((kept?.dedupeKey.length ?? 0) <= 500);
  const refused: string[] = [];
  assert.deepEqual(
    admittedSignal({ ...SIGNAL, contactId: '1'.repeat(201) }, NOW, why => refused.push(why)),
    [],
  );
  assert.match(refused.join(), /201 characters/);
});

test('a contact: addresses as they look, history no later than now, nothing of a time that is none', () => {
  const of = { source: 'x', id: '1', properties: {} };
  const admitted = admittedContact(
    {
      ...of,
      email: 'LEE\u200b@acme.com',
      otherEmails: ['\u2060', 'lee.b\ufeff@acme.com'],
      scoreHistory: [
        { score: 1, at: 'never' },
        { score: 63, at: '2026-12-01T00:00:00Z' },
      ],
      activities: [
        { type: 'form', at: 'never', detail: '' },
        { type: 'form', at: NOW.toISOString(), detail: 'Demo' },
      ],
    },
    NOW,
  );
  assert.deepEqual(admitted, {
    ...of,
    email: 'LEE@acme.com',
    otherEmails: ['lee.b@acme.com'],
    scoreHistory: [{ score: 63, at: NOW.toISOString() }],
    activities: [{ type: 'form', at: NOW.toISOString(), detail: 'Demo' }],
  });
  assert.equal(admittedContact(null, NOW), null);
});

test('whatever a vendor answers, at once or later, can be stored', async () => {
  const made = asRole('enricher', {
    now: () => ({ name: 'a\0b' }),
    later: async () => [{ name: 'a\ud800' }],
    hook: { read: () => 'c\0' },
  });
  assert.deepEqual([made.now(), await made.later(), made.hook.read()], [{ name: 'ab' }, [{ name: 'a\ufffd' }], 'c']);
});
