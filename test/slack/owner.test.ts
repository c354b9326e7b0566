/** Somebody changed the owner of a record, as Slack shows it: every state, hostile text, and what can be pressed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { OwnerNews } from '../../src/contracts/notifier.ts';
import { cardMessage } from '../../src/slack/blocks/card.ts';
import { ownerMessage } from '../../src/slack/blocks/sla/owner.ts';
import { emmasCard } from './cards.ts';
import { problemsInMessage } from './problems.ts';

const STATES: OwnerNews['state'][] = ['asked', 'restoring', 'refused', 'left', 'overruled'];
const HOW = 'Automated Process, 2 minutes after Baton gave it to Marcus Chen';

function shown(owner: OwnerNews) {
  const card = { ...emmasCard({}), owner };
  const alert = ownerMessage({ kind: 'owner', key: 'k', since: '2026-11-24T18:00:00.000Z', card });
  const onCard = cardMessage(card);
  assert.deepEqual([problemsInMessage(alert.blocks), problemsInMessage(onCard.blocks)], [[], []]);
  return { alert: JSON.stringify(alert), card: JSON.stringify(onCard.blocks) };
}

test('card and alert say who has it, who did it and what happens; only what is open can be decided', () => {
  const says: Record<OwnerNews['state'], [RegExp, buttons: number]> = {
    asked: [/gave the lead to \*Priya Nair\* \(Automated Process, 2 minutes.*stays with \*Marcus Chen\* here until/, 2],
    restoring: [/Baton is giving the record back/, 0],
    refused: [/did not let Baton give it back: locked/, 2],
    left: [/stays with \*Marcus Chen\* here: locked/, 0],
    overruled: [/again after it was given back.*exempt Baton’s leads/, 1],
  };
  for (const state of STATES) {
    const { alert, card } = shown({ state, to: 'Priya Nair', how: HOW, why: 'locked' });
    const [words, buttons] = says[state];
    for (const text of [alert, card]) {
      assert.match(text, words);
      assert.equal(text.match(/"action_id":"owner_(?:keep|restore)"/g)?.length ?? 0, buttons, state);
    }
  }
  const handedOn = cardMessage({ ...emmasCard({ handedOn: true }), owner: { state: 'asked', to: 'Priya', how: HOW } });
  assert.doesNotMatch(JSON.stringify(handedOn.blocks), /owner_keep/);
});

test('a question that is over says what was decided and when, and has nothing left to press', () => {
  const nasty = 'Dana <!channel> chose Restore ours: *x* <https://a|b>';
  const [at, since] = ['2026-11-24T18:05:00.000Z', '2026-11-24T18:00:00.000Z'];
  const owner = { state: 'left', to: 'Priya Nair', how: HOW } as const;
  for (const ended of [{ text: nasty, at }, { text: 'This is settled' }, { text: 'x'.repeat(9_000), at }]) {
    const card = { ...emmasCard({}), owner };
    const message = ownerMessage({ kind: 'owner', key: 'k', since, card, ended });
    assert.deepEqual(problemsInMessage(message.blocks), []);
    const text = JSON.stringify(message);
    assert.doesNotMatch(text, /owner_keep|owner_restore|<!channel>|<https:/);
    assert.match(text, /gave the lead to \*Priya Nair\*/);
    assert.equal(/<!date\^1795543500\^/.test(text), 'at' in ended);
  }
});

test('names from the CRM cannot call, link or break anything', () => {
  const nasty = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 900 }),
    fc.constantFrom('<!channel>', '*x*', '<https://a|b>'),
  );
  fc.assert(
    fc.property(fc.constantFrom(...STATES), nasty, nasty, nasty, (state, to, how, why) => {
      const { alert, card } = shown({ state, to, how, why });
      for (const text of [alert, card]) assert.ok(!text.includes('<!channel>') && !text.includes('<https://a|b>'));
    }),
    { numRuns: 60 },
  );
});
