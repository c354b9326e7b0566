/** What people read about their own log-ins, whatever a vendor says of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CredentialFacts } from '../../src/db/connections/credentials.ts';
import {
  connectOffer,
  laterText,
  personalLoginBlocks,
  personalLoginsLine,
  personalLoginText,
} from '../../src/slack/blocks/connect.ts';
import { problemsInMessage } from './problems.ts';

const now = new Date('2026-11-24T18:00:00Z');
const login = (more: Partial<CredentialFacts>): CredentialFacts => ({
  holder: 'marcus@example.com',
  status: 'active',
  reason: null,
  wiped: false,
  account: '005',
  tenant: '00D',
  connectedBy: 'marcus@example.com',
  connectedAt: now,
  ...more,
});

const states: [what: string, login: CredentialFacts | undefined, says: RegExp, button: string][] = [
  ['never', undefined, /so the calls you log show up as yours/, 'connect_mine'],
  ['connected', login({}), /under \*your own name\*/, 'disconnect_mine'],
  [
    'lapsed',
    login({ status: 'refused', reason: `<!channel> *no* ${'x'.repeat(4_000)}` }),
    /any more \(&lt;!channel&gt;/,
    'connect_mine',
  ],
  [
    'given up',
    login({ status: 'refused', reason: 'disconnected by Marcus', wiped: true }),
    /show up as yours/,
    'connect_mine',
  ],
];

for (const [what, given, says, button] of states) {
  test(`Home tells how one's own log-in stands: ${what}`, () => {
    const offer = { vendor: 'salesforce', roles: ['crm'], login: given };
    const blocks = personalLoginBlocks(offer);
    assert.deepEqual(problemsInMessage(blocks), []);
    const text = JSON.stringify(blocks);
    assert.match(text, says);
    assert.ok(text.includes(`"action_id":"${button}"`));
    assert.match(personalLoginText(offer), what === 'connected' ? /your own name/ : /show up as yours/);
  });
}

test('an offer to one person can be turned down; one to an admin cannot be', () => {
  const mine = [connectOffer({ vendor: 'salesforce', whose: 'mine' })];
  const workspace = [connectOffer({ vendor: 'salesforce', whose: 'workspace', again: true })];
  assert.deepEqual([problemsInMessage(mine), problemsInMessage(workspace)], [[], []]);
  assert.match(JSON.stringify(mine), /connect_mine.*connect_later/);
  assert.doesNotMatch(JSON.stringify(workspace), /connect_later/);
  assert.match(laterText('salesforce'), /Salesforce as Baton’s/);
});

test('how many have connected is one sentence, in the right number', () => {
  const line = (connected: number) => personalLoginsLine({ vendor: 'salesforce', roles: ['crm'], connected, of: 5 });
  assert.match(line(0), /^Nobody of the playbook’s people has .* What people log appears as made by Baton\.$/);
  assert.match(line(1), /^1 of the 5 people of the playbook has .* What the others log/);
  assert.match(line(2), /^2 of the 5 people of the playbook have /);
  assert.match(line(5), /^All 5 people of the playbook have connected their own Salesforce user\.$/);
});
