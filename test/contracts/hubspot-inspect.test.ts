/** What a playbook asks of a HubSpot account, held against the account through the real client. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import type { SourceWishes } from '../../src/contracts/source.ts';
import { DAY } from '../../src/lib/clock.ts';
import { hubspot } from '../../src/vendors/hubspot/source.ts';
import { runCommand } from '../helpers/cli.ts';
import { press } from '../helpers/control.ts';

let sandbox: Sandbox;
let now = new Date(0);

before(async () => {
  sandbox = await startSandbox({ clock: { now: () => now } });
});
beforeEach(() => {
  now = new Date('2026-11-24T18:00:00Z');
  sandbox.reset();
});
after(() => sandbox.close());

const save = (contact: object) => press(sandbox, 'hubspot/contacts', contact);

/** What is not fine, each with what to do. */
async function findings(wishes: Partial<SourceWishes> = {}, scoreProperty = 'hubspotscore') {
  const env = sandbox.env();
  const source = hubspot({
    apiUrl: env.HUBSPOT_API_URL ?? '',
    accessToken: async () => env.HUBSPOT_ACCESS_TOKEN ?? '',
    scoreProperty,
    clock: { now: () => now },
  });
  const none = { stages: [], leadSources: [], properties: [], ownScore: false, writesStage: false, logsTouches: false };
  const found = await source.inspect?.({ ...none, now, ...wishes });
  return (found ?? []).map(({ level, what, fix }) => `${level}: ${what}${level === 'fine' ? '' : ` → ${fix}`}`);
}

test('a score that moves is fine; one that stopped, is missing or is no number is said, with those to choose from', async () => {
  await press(sandbox, 'hubspot/properties', { name: 'lead_fit_score', type: 'number' });
  await save({ email: 'lee@acmecorp.com', hubspotscore: 40 });
  assert.deepEqual(await findings(), ['fine: the score "hubspotscore" moved last on 2026-11-24']);
  now = new Date(now.getTime() + 31 * DAY);
  await save({ email: 'lee@acmecorp.com', firstname: 'Lee' });
  assert.match((await findings()).join(), /^warning: .*not moved since 2026-11-24.* → .*lead_fit_score/);
  assert.match(
    (await findings({}, 'hubspot_score')).join(),
    /^problem: .*no score property "hubspot_score".* → .*hubspotscore/,
  );
  assert.match((await findings({ ownScore: true }, 'hubspot_score')).join(), /^warning: .*by the playbook alone/);
  assert.match((await findings({}, 'firstname')).join(), /^problem: .*"firstname" is no number but a string/);
});

test('stages are those of the account, and the label of one is answered with its name', async () => {
  const options = { lead: 'Lead', 251342837: 'Qualified by marketing' };
  await press(sandbox, 'hubspot/properties', { name: 'lifecyclestage', options });
  await save({ email: 'lee@acmecorp.com', hubspotscore: 40 });
  const [, fine] = await findings({ stages: ['251342837'] });
  assert.equal(fine, 'fine: the stages of mql.require_lifecycle exist');
  const [, label] = await findings({ stages: ['qualified by marketing'] });
  assert.match(label ?? '', /^problem: .*"qualified by marketing".* → Write "251342837"/);
  const [, none] = await findings({ stages: ['marketingqualifiedlead'] });
  assert.match(none ?? '', /^problem: .* → Name stages of the account: 251342837 \(Qualified by marketing\), lead\./);
});

test('lead sources of rules are those a contact can have, in people’s words', async () => {
  await save({ email: 'lee@acmecorp.com', hubspotscore: 40 });
  const [, fine] = await findings({ leadSources: ['Referrals', 'organic search', 'PAID_SOCIAL'] });
  assert.equal(fine, 'fine: every lead_source of the rules can occur');
  const [, never] = await findings({ leadSources: ['Partner Referral'] });
  assert.match(never ?? '', /^warning: .*"Partner Referral", which no contact has → Ask for one of: Organic search, /);
  const options = { partner_referral: 'Partner referral' };
  await press(sandbox, 'hubspot/properties', { name: 'lead_source', options });
  const [, own] = await findings({ leadSources: ['Partner Referral'] });
  assert.equal(own, 'fine: every lead_source of the rules can occur');
});

test('playbook check asks the account that the settings connect, and fails over what can never work', async () => {
  const example = new URL('../../playbook.yaml', import.meta.url).pathname;
  const env = { ...sandbox.env(), PUBLIC_URL: 'https://baton.example', HOOK_KEY: 'a-key-nobody-may-see' };
  const good = await runCommand('playbook', ['check', example], env);
  assert.match(good.out, /! HubSpot: no contact has the score "hubspotscore"\n {4}→ /);
  assert.doesNotMatch(good.out, /✗ HubSpot/);
  assert.match(good.out, /✓ HubSpot: every lead_source of the rules can occur/);
});
