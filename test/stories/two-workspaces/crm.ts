/** What happens in two organizations at Salesforce, and who logs in there. */
import assert from 'node:assert/strict';
import { MINUTE, SECOND } from '../../../src/lib/clock.ts';
import { browser, linkFor, travel } from '../../helpers/browser.ts';
import { rulesSavedElsewhere } from '../../helpers/database-changes.ts';
import { cursors, rulesInForce } from '../../helpers/database-questions.ts';
import { openHome } from '../../helpers/home.ts';
import { pollCrm, pollHubSpot, untilIdle } from '../../helpers/jobs.ts';
import { companyIsKnown } from '../../helpers/leads.ts';
import { mql, untilSaid } from '../../helpers/messages.ts';
import { DANA, MARCUS, PRIYA, TOM } from '../../helpers/people.ts';
import { addRecord, changeRecord, deliver, keepMessages, RULE, userId } from '../../helpers/salesforce.ts';
import { act, click, clickOn } from '../../helpers/slack.ts';
import { handedOff, onBoth, type Side, type Sides } from './sides.ts';

/** A rule takes a lead's record; the manager decides. */
async function ruleTakes(side: Side, name: string, decision: 'owner_keep' | 'owner_restore'): Promise<void> {
  const { baton, at, mark } = side;
  await keepMessages(baton);
  const { recordId } = await handedOff(side, name);
  baton.clock.move(MINUTE);
  await changeRecord(baton, 'Lead', recordId, { OwnerId: await userId(baton, at(TOM)), _as: RULE });
  await deliver(baton);
  await untilIdle(baton);
  const question = await untilSaid(
    baton,
    { user: at(DANA) },
    new RegExp(`Whose is.*${name} ${mark}.*${decision}`, 's'),
  );
  await act(baton, at(DANA), clickOn(question, decision));
  await untilIdle(baton);
}

export async function ownersChange(sides: Sides): Promise<void> {
  for (const side of sides) {
    await ruleTakes(side, 'gus', 'owner_restore');
    await ruleTakes(side, 'hal', 'owner_keep');
  }
  await onBoth(sides, side => side.baton.post('/_sandbox/salesforce/_outbound', { mode: 'auto' }));
  const [own, other] = sides;
  const before = await cursors(other.baton);
  await pollCrm(own.baton);
  await pollHubSpot(own.baton);
  assert.deepEqual(await cursors(other.baton), before, 'each is asked for news by a cursor of its own');
  await pollCrm(other.baton);
  await pollHubSpot(other.baton);
}

/** A rep connects their own user: it is one of their company's organization. */
export async function peopleLogIn(sides: Sides): Promise<void> {
  for (const { baton, at } of sides) {
    await openHome(baton, at(MARCUS));
    const link = await linkFor(baton, at(MARCUS), click('connect_mine'));
    const { end } = await travel(baton, browser(), link, at(MARCUS));
    assert.match(end.text, /is connected/);
  }
  const [own, other] = sides;
  await openHome(own.baton, own.at(PRIYA));
  const link = await linkFor(own.baton, own.at(PRIYA), click('connect_mine'));
  const { end } = await travel(own.baton, browser(), link, other.at(PRIYA));
  assert.doesNotMatch(end.text, /is connected/, 'nobody logs in as somebody of the other company');
}

/** The organization is compared with the rules, and the books with everybody's. */
export async function crmIsLookedInto(sides: Sides): Promise<void> {
  await onBoth(sides, async ({ baton, at }) => {
    await mql(baton, at(DANA), 'doctor salesforce');
    await untilSaid(baton, { user: at(DANA) }, /Salesforce (and|fits) the playbook/);
    await mql(baton, at(DANA), 'books 24h');
    await untilSaid(baton, { user: at(DANA) }, /More of it: \/mql books/);
  });
}

/** By account-based rules, with an opportunity that is open already: its owner hears of the lead. */
export async function dealsAreKept(sides: Sides): Promise<void> {
  const [{ baton }] = sides;
  const domain = 'deal-inc.com';
  await companyIsKnown(baton, { domain, name: 'Deal' });
  for (const side of sides) {
    const { yaml } = await rulesInForce(side.baton);
    await rulesSavedElsewhere(side.baton, yaml.replace('  mode: lead ', '  mode: account_based '), side.at(DANA));
  }
  baton.clock.move(5 * SECOND);
  await onBoth(sides, async side => {
    const owner = await userId(side.baton, side.at(TOM));
    const AccountId = await addRecord(side.baton, 'Account', { Name: 'Deal', Website: `https://${domain}` });
    const deal = { Name: `Deal of ${side.mark}`, StageName: 'Proposal', CloseDate: '2027-01-01', OwnerId: owner };
    await addRecord(side.baton, 'Opportunity', { AccountId, ...deal });
    await handedOff(side, 'ian', { email: `ian@${domain}`, company: 'Deal' });
    await untilIdle(side.baton);
    await untilSaid(side.baton, { user: side.at(TOM) }, /No second opportunity was made/);
  });
}
