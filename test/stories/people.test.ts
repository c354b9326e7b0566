import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { addAbsence } from '../../src/db/people.ts';
import { companyIsKnown, crosses, leadCrosses } from '../helpers/leads.ts';
import { system } from '../helpers/system.ts';

const example = await readFile(new URL('../../playbook.yaml', import.meta.url), 'utf8');
const EMMA = 'emma.thompson@acmecorp.com';

const asPool = example.replace('assign: weighted\n', 'assign: claim\n');

test('a claim pool: the card is in the channel, the first to press has it, the second hears who', async t => {
  const baton = await system(t, { playbook: asPool });
  await crosses(baton);
  const card = await baton.card({ channel: '#mql-mid-market' }, 'Emma Thompson');
  await baton.settled();
  await Promise.all([
    baton.press('marcus@example.com', card, 'claim'),
    baton.press('priya@example.com', card, 'claim'),
  ]);
  await baton.card({ channel: '#mql-mid-market' }, 'Claimed by');
  const handoff = await baton.handoff(EMMA);
  const [winner, loser] =
    handoff.claimedBy === 'marcus@example.com'
      ? ['Marcus Chen', 'priya@example.com']
      : ['Priya Nair', 'marcus@example.com'];
  const heard = (await baton.messages({ user: loser })).map(message => message.text).join('\n');
  assert.match(heard, new RegExp(`${winner}\\*? claimed`), `the loser heard: ${heard}`);
  const claims = (await baton.story(handoff.id)).filter(entry => entry.kind === 'claimed');
  assert.equal(claims.length, 1);
  const [lead] = await baton.records('Lead');
  const [owner] = (await baton.records('User')).filter(user => user.Id === lead?.OwnerId);
  assert.equal(owner?.Email, handoff.claimedBy, 'the record follows the claim');
});

test('a rep Slack does not know: the lead goes to the channel, and the admin is told once', async t => {
  const unknown = example
    .replace('email: marcus@example.com, name: Marcus Chen', 'email: marcel@example.com, name: Marcel Chen')
    .replaceAll('person: marcus@example.com', 'person: marcel@example.com')
    .replace('person: priya@example.com, weight: 1 }', 'person: chan@example.com, weight: 1, open_limit: 1 }');
  const baton = await system(t, { playbook: unknown });
  await crosses(baton);
  const handoff = await baton.handoff(EMMA);
  assert.equal(handoff.repEmail, 'marcel@example.com');
  await baton.card({ channel: '#mql-mid-market' }, 'Emma Thompson');
  const told = (await baton.messages({ user: 'dana@example.com' })).filter(message =>
    message.text.includes('marcel@example.com'),
  );
  assert.equal(told.filter(message => message.text.includes('Slack')).length, 1);
});

test('Marcus is away: Priya has the lead, and the decision says why it is not his', async t => {
  const baton = await system(t);
  await addAbsence(baton.app.deps.db, baton.app.workspaceId, {
    email: 'marcus@example.com',
    from: baton.clock.now(),
    until: null,
    note: '',
  });
  await crosses(baton);
  const handoff = await baton.handoff(EMMA);
  assert.equal(handoff.repEmail, 'priya@example.com');
  assert.deepEqual(
    handoff.decision?.skipped.map(({ email, code }) => [email, code]),
    [['marcus@example.com', 'absent']],
  );
});

test('what a lead types reaches nobody as markup: no mention of everybody, no link, no broken card', async t => {
  const baton = await system(t);
  await companyIsKnown(baton);
  await leadCrosses(baton, {
    email: 'mallory@acmecorp.com',
    firstname: '<!channel> *bold*',
    lastname: `o'brien\\ ${'x'.repeat(4_000)}`,
    jobtitle: 'VP <https://evil.example|click me>',
    company: '@here & Sons',
  });
  const card = await baton.card({ user: 'marcus@example.com' }, 'mallory@acmecorp.com');
  const shown = [card.text, ...markup(card.blocks)].join('\n');
  assert.ok(!shown.includes('<!channel>') && !shown.includes('<https://evil.example'), `live markup: ${shown}`);
  const [lead] = await baton.records('Lead');
  assert.match(String(lead?.LastName), /^o'brien\\/);
});

/** Every text of a message that Slack reads as markup; plain_text is shown as it is. */
function markup(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(markup);
  if (typeof value !== 'object' || value === null) return [];
  if ('type' in value && value.type === 'mrkdwn' && 'text' in value) return [String(value.text)];
  return Object.values(value).flatMap(markup);
}
