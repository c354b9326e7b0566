/** Zoho CRM is connected by logging in, in whatever data centre, and given up: in Slack, or by whoever takes it back there. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { HOUR } from '../../src/lib/clock.ts';
import { browser, hidden, linkFor } from '../helpers/browser.ts';
import { openSetup } from '../helpers/home.ts';
import { companyIsKnown, leadCrosses } from '../helpers/leads.ts';
import { untilSaid, wordsOf } from '../helpers/messages.ts';
import { DANA } from '../helpers/people.ts';
import { click } from '../helpers/slack.ts';
import { type System, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';
import { IN_ZOHO, inZoho, rows, setUp } from '../helpers/zoho.ts';

const BY_LOGIN = { ZOHO_REFRESH_TOKEN: '', ENCRYPTION_KEY: randomBytes(32).toString('base64') };

/** From Home to Zoho's page and back; answers what the last page says. `with` changes the address they come back to. */
async function connect(baton: System, { at = '', with: forged = (back: string) => back } = {}): Promise<string> {
  await openSetup(baton, DANA, 'connections');
  const visit = browser();
  const first = await visit(await linkFor(baton, DANA, click('connect_workspace')));
  const ticket = hidden(first.text, 'ticket');
  const left = await visit(`${baton.env.PUBLIC_URL}/connect/zoho`, { ticket });
  const back = await visit(`${left.location}${at}`);
  return (await visit(forged(back.location))).text;
}

test('connected from Home in Europe, a lead is written, also hours later; taken back in Zoho, the next one waits', async t => {
  const baton = await system(t, { playbook: IN_ZOHO, env: BY_LOGIN });
  await companyIsKnown(baton);
  await inZoho(baton, '_orgs', { zgid: '7300001', name: 'Acme Europe', dc: 'eu' });
  const europe = '&org=7300001';
  const leads = () => rows(baton, 'Leads?org=7300001');
  assert.match(await connect(baton, { at: europe }), /Zoho CRM is connected[\s\S]*Ivy Integration/);
  await setUp(baton);
  await leadCrosses(baton, { email: 'early@acmecorp.com' });
  await until('the first lead is written', async () => (await leads()).length === 1);
  baton.clock.move(2 * HOUR);
  await leadCrosses(baton, { email: 'later@acmecorp.com' });
  await until('the token was renewed, in Europe', async () => (await leads()).length === 2);

  await inZoho(baton, '_revoke?org=7300001');
  await leadCrosses(baton, { email: 'third@acmecorp.com' });
  assert.match(wordsOf(await untilSaid(baton, { user: DANA }, /no longer accepts/)), /Zoho CRM/);
  assert.notEqual((await baton.handoff('third@acmecorp.com')).recordState, 'written');
  assert.match(await connect(baton, { at: europe }), /Zoho CRM is connected/);
  await until('it is written', async () => (await leads()).length === 3);
});

test('whoever comes back with another accounts server is refused, in words, and nothing is kept', async t => {
  const baton = await system(t, { playbook: IN_ZOHO, env: BY_LOGIN });
  const said = await connect(baton, {
    with: back => back.replace(/accounts-server=[^&]+/, 'accounts-server=https%3A%2F%2Faccounts.zoho.example'),
  });
  assert.match(said, /none of Zoho’s/);
  assert.doesNotMatch(said, /is connected/);
});
