/** Every surface that offers to dial reads a number by the same rules. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Alert } from '../../src/contracts/notifier.ts';
import { cardMessage } from '../../src/slack/blocks/card.ts';
import { logCallModal } from '../../src/slack/blocks/modals/log-call.ts';
import { showAnswer } from '../../src/slack/blocks/mql/lead.ts';
import { plainCard } from '../../src/slack/blocks/plain.ts';
import { alertMessage } from '../../src/slack/blocks/sla/alert.ts';
import { emmasCard } from './cards.ts';
import { emma } from './emma.ts';

const NOW = new Date('2026-11-24T19:30:00Z');

function everySurface(phone: string, country?: string): string[] {
  const card = emmasCard({ lead: { ...emmasCard().lead, phone, ...(country && { country }) } });
  const elapsed = { system: 0, before: 0, rep: 0 };
  const alert: Alert = { kind: 'remind', key: 'k', since: NOW.toISOString(), card, elapsed, did: [] };
  return [
    cardMessage(card).blocks,
    plainCard(card)('1'),
    alertMessage(alert).blocks,
    showAnswer({ lead: emma, card, entries: [], nameOf: name => name, now: NOW }),
    logCallModal({ lead: emma, contact: card.lead, now: NOW, origin: {} }),
  ].map(shown => JSON.stringify(shown));
}

const cases: [what: string, phone: string, country: string | undefined, shown: string][] = [
  ['an extension is not dialled as part of the number', '555.555.5555 x 9', 'US', '<tel:+15555555555;ext=9|'],
  ['the 0 in brackets is dropped abroad', '+44 (0)20 7946 0000', undefined, '<tel:+442079460000|'],
  ['two numbers stay two', '415 555 0100 / 415 555 0101', 'US', '<tel:+14155550100|415 555 0100>, <tel:+14155550101|'],
  ['letters are no number', '1-800-FLOWERS', 'US', '1-800-FLOWERS'],
  ['a number of nowhere is only shown', '415 555 0100', undefined, '415 555 0100'],
];
for (const [what, phone, country, shown] of cases) {
  test(`${what}: ${phone}`, () => {
    for (const surface of everySurface(phone, country)) {
      assert.ok(surface.includes(shown), surface);
      assert.equal(surface.includes('<tel:'), shown.includes('<tel:'), surface);
    }
  });
}
