/** Admins change the rules in Slack, and the next lead goes by them. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { type TestContext, test } from 'node:test';
import { syncDirectory } from '../../src/handoff/core/directory.ts';
import { SECOND } from '../../src/lib/clock.ts';
import { rulesSavedElsewhere } from '../helpers/database-changes.ts';
import { peopleLookedUp, rulesInForce } from '../helpers/database-questions.ts';
import { homeShows, openSetup, press } from '../helpers/home.ts';
import { companyIsKnown, leadCrosses } from '../helpers/leads.ts';
import { CHAN, DANA, MARCUS, PRIYA } from '../helpers/people.ts';
import { EXAMPLE, exampleWith } from '../helpers/playbooks.ts';
import { changeOrg } from '../helpers/salesforce.ts';
import {
  act,
  click,
  closeModal,
  modalShows,
  openModal,
  outcomeOf,
  setCondition,
  shown,
  submit,
} from '../helpers/slack.ts';
import { type System, startBeside, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';

const TWO_ADMINS = exampleWith(['admins: [dana@example.com]', 'admins: [dana@example.com, priya@example.com]']);

/** A system with two admins, Dana and Priya, in which a lead of a known company is HIGH. */
async function twoAdmins(t: TestContext): Promise<System> {
  const baton = await system(t, { playbook: TWO_ADMINS });
  await companyIsKnown(baton);
  return baton;
}

/** A lead of this first name and score comes; answers whom Baton gave it to, undefined where it made no lead of it. */
async function crosses(baton: System, name: string, score: number) {
  const email = `${name}@acmecorp.com`;
  await leadCrosses(baton, { email, firstname: name, lastname: 'Lead', hubspotscore: String(score) });
  await baton.settled();
  return (await baton.handoffs()).find(handoff => handoff.email === email);
}

/** Opens a form of the set-up page that is shown, and waits for its title. */
async function openForm(baton: System, user: string, title: RegExp, action: string, value?: string): Promise<void> {
  // A drawing of the page before may still be on its way to Slack.
  await homeShows(baton, user, new RegExp(`"${action}"`));
  await openModal(baton, user, click(action, value));
  await modalShows(baton, user, title);
}

/** Sends the form off and closes it when it says that it was saved so. */
async function save(baton: System, user: string, values: Record<string, unknown>, saved: RegExp): Promise<void> {
  await submit(baton, user, values);
  // A form shows what it would change first; what was shown already is saved at once.
  if (/This would change/.test((await shown(baton, user)).modal)) await submit(baton, user);
  await homeShows(baton, user, saved);
}

const THRESHOLD = /MQL threshold/;

test('a place to nurture people is looked for at the platform while it is named', async t => {
  const baton = await twoAdmins(t);
  await openSetup(baton, DANA, 'playbook');
  await openForm(baton, DANA, /Nurture/, 'edit_nurture');
  await submit(baton, DANA, { nurture_marketo: 'campaign Nowhere', nurture_pardot: 'list Nurture' });
  const proposed = await modalShows(baton, DANA, /This would change/);
  assert.match(proposed, /Nurture in Marketo: campaign Nowhere/);
  assert.match(proposed, /Nobody can go there yet, in Marketo: There is no campaign Nowhere/);
  assert.match(proposed, /Account Engagement \(Pardot\) has the list Nurture/);
});

test('a higher threshold: the score that was enough is no more, and leads under way keep their version', async t => {
  const baton = await twoAdmins(t);
  assert.equal((await crosses(baton, 'anna', 63))?.repEmail, MARCUS);
  await openSetup(baton, DANA, 'playbook');
  await openForm(baton, DANA, THRESHOLD, 'edit_threshold');
  const saved = /Saved as version 2.*1 lead under way keeps the version it was opened under/;
  await save(baton, DANA, { threshold: '70' }, saved);
  await homeShows(baton, DANA, /Version 2.*Threshold 50 → 70.*a score of 70/);
  assert.equal(await crosses(baton, 'ben', 63), undefined);
  assert.ok(await crosses(baton, 'cara', 75));
  assert.equal((await baton.handoff('cara@acmecorp.com')).playbookVersion, 2);
});

test('two admins do not overwrite each other: the second hears who was faster', async t => {
  const baton = await twoAdmins(t);
  await openSetup(baton, PRIYA, 'playbook');
  await openForm(baton, PRIYA, THRESHOLD, 'edit_threshold');
  await openSetup(baton, DANA, 'playbook');
  await openForm(baton, DANA, THRESHOLD, 'edit_threshold');
  await save(baton, DANA, { threshold: '70' }, /Saved as version 2/);
  const { body } = await submit(baton, PRIYA, { threshold: '40' });
  assert.match(JSON.stringify(body), /"threshold":"Nothing was saved: Dana Ruiz saved version 2/);
  assert.equal((await rulesInForce(baton)).version, 2);
});

test('the small print of cards: chosen on Home and seen on a real lead, no fact twice', async t => {
  const baton = await twoAdmins(t);
  await crosses(baton, 'anna', 75);
  await openSetup(baton, DANA, 'playbook');
  await openForm(baton, DANA, /Facts on cards/, 'edit_card');
  await modalShows(baton, DANA, /So it looks:.*anna Lead.*750 people · Technology · San Francisco/);
  await act(baton, DANA, click('card_fact', 'revenue'));
  await modalShows(baton, DANA, /anna Lead.*\$50M revenue · Technology · San Francisco/);
  const facts = { fact_0_0: 'revenue', fact_0_1: 'industry', fact_0_2: 'none', fact_1_0: 'size', fact_1_1: 'record' };
  assert.equal(await outcomeOf(baton, DANA, { ...facts, fact_1_2: 'size' }), 'errors');
  await submit(baton, DANA, { ...facts, fact_1_2: 'none' });
  await modalShows(baton, DANA, /This would change.*Facts on cards/);
  await submit(baton, DANA);
  await homeShows(baton, DANA, /Saved as version 2.*revenue · industry.*company size · link to the record/);
  const cora = await crosses(baton, 'cora', 75);
  const card = await baton.card({ user: cora?.repEmail ?? '' }, 'cora Lead');
  assert.match(JSON.stringify(card.blocks), /\$50M revenue · Technology\\n750 people · </);
});

test('a rule of her own: refused with its mistake, saved, tried on a lead, and the next one goes by it', async t => {
  const baton = await twoAdmins(t);
  const anna = await crosses(baton, 'anna', 75);
  await openSetup(baton, PRIYA, 'rules');
  await openForm(baton, PRIYA, /Add rule/, 'edit_rule');
  const rule = { name: 'Technology to Chan', after: '-1', to: `person:${CHAN}` };
  assert.equal((await setCondition(baton, PRIYA, 'industry', 'Technology')).outcome, 'closed');
  await modalShows(baton, PRIYA, /\*industry\* is Technology/);
  assert.equal((await setCondition(baton, PRIYA, 'country', 'Narnia')).outcome, 'errors');
  await submit(baton, PRIYA, { 'value:country': 'US' });
  await modalShows(baton, PRIYA, /\*industry\* is Technology.*and \*country\* is US/);
  await submit(baton, PRIYA, rule);
  await modalShows(baton, PRIYA, /For example:\* Last 30 days: takes 1 of 1 lead; 1 would go elsewhere/);
  await submit(baton, PRIYA);
  await homeShows(baton, PRIYA, /Saved as version 2.*Rule “Technology to Chan” added/);
  await homeShows(baton, PRIYA, /Technology to Chan/);
  await openForm(baton, PRIYA, /Test on a sample lead/, 'try_rules');
  await submit(baton, PRIYA, { recent: anna?.id });
  await modalShows(baton, PRIYA, /Technology to Chan\* takes it: Chan Li.*2\. \*Known account goes to its owner/);
  assert.equal((await crosses(baton, 'dora', 75))?.repEmail, CHAN);
  const { version, author, note, yaml } = await rulesInForce(baton);
  assert.deepEqual([version, author, note.slice(0, 33)], [2, PRIYA, 'Rule “Technology to Chan” added: ']);
  assert.equal(yaml.split('\n').length, TWO_ADMINS.split('\n').length + 1, 'one line more, all else as it was');
});

/** The form that takes a playbook as a file is sent off with this one. */
async function importing(baton: System, content: string): Promise<void> {
  await openForm(baton, DANA, /Or its text/, 'import_playbook');
  await submit(baton, DANA, { file: { name: 'playbook.yaml', content } });
}

test('the playbook goes out as a file, to the byte; a broken one is refused with its problems, a changed one counts', async t => {
  const baton = await twoAdmins(t);
  await openSetup(baton, DANA, 'playbook');
  await press(baton, DANA, 'export_playbook');
  await homeShows(baton, DANA, /Version 1 is in your direct messages/);
  assert.equal(await lastFile(baton, DANA), TWO_ADMINS);

  await importing(baton, TWO_ADMINS.replace('threshold:', 'treshold:').replace('person: tom@', 'person: tim@'));
  const problems = [
    /3 problems.*line \d+, mql.treshold.*did you mean threshold/,
    /tim@example.com is not in people.*did you mean tom@example.com/,
  ];
  await modalShows(baton, DANA, new RegExp(problems.map(({ source }) => source).join('.*')));
  assert.equal((await rulesInForce(baton)).version, 1);
  await closeModal(baton, DANA);

  const good = TWO_ADMINS.replace('burst: 5 ', 'burst: 9 ');
  await importing(baton, good);
  await modalShows(baton, DANA, /It is a playbook.*Cards before a digest 5 → 9/);
  await save(baton, DANA, {}, /Saved as version 2/);
  await homeShows(baton, DANA, /Version 2.*Imported: Cards before a digest/);
  assert.equal((await rulesInForce(baton)).yaml, good);
});

test('undo: an older version counts again, and stays a version of its own', async t => {
  const baton = await twoAdmins(t);
  await openSetup(baton, DANA, 'playbook');
  await openForm(baton, DANA, THRESHOLD, 'edit_threshold');
  await save(baton, DANA, { threshold: '70' }, /Saved as version 2/);
  await press(baton, DANA, 'setup_page', 'versions');
  await homeShows(baton, DANA, /2 versions.*Threshold 50 → 70/);
  await openForm(baton, DANA, /becomes the newest version/, 'version_menu', 'restore:2:1');
  await save(baton, DANA, {}, /Saved as version 3:\* Version 1 restored/);
  assert.equal((await crosses(baton, 'emil', 63))?.team, 'mid_market_sdr');
  assert.equal((await rulesInForce(baton)).yaml, TWO_ADMINS);
});

/** What the last file in this person's DM holds. */
async function lastFile(baton: System, user: string): Promise<string> {
  const messages = await baton.messages({ user });
  const files = messages.flatMap(message => (message.files ?? []) as { url_private: string }[]);
  const response = await fetch(files.at(-1)?.url_private ?? '', {
    headers: { authorization: `Bearer ${baton.env.SLACK_BOT_TOKEN}` },
  });
  return response.text();
}

test('a person added in Home is looked up in Slack', async t => {
  const baton = await system(t, { playbook: EXAMPLE });
  await openSetup(baton, DANA, 'people');
  await openForm(baton, DANA, /Add person/, 'edit_person');
  const tomas = { name: 'Tomas Okafor', email: 'nobody@example.com', time_zone: 'Europe/London' };
  await save(baton, DANA, tomas, /Saved as version 2.*Person “Tomas Okafor” added/);
  await until('he is looked up', async () => (await peopleLookedUp(baton)).includes(tomas.email));
});

test('a restart with the same file keeps what was edited, and other processes follow within seconds', async t => {
  const baton = await system(t, { playbook: EXAMPLE });
  const versionIn = async ({ deps, workspaceId } = baton.app) => (await deps.playbook(workspaceId)).version;
  await openSetup(baton, DANA, 'rules');
  await press(baton, DANA, 'rule_menu', 'up:1:1');
  await homeShows(baton, DANA, /Saved as version 2.*moved up to 1/);
  const second = await startBeside(t, baton);
  assert.equal((await rulesInForce(baton)).version, 2, 'the same file changes nothing');
  assert.equal(await versionIn(second), 2);
  await press(baton, DANA, 'rule_menu', 'up:2:2');
  await homeShows(baton, DANA, /Saved as version 3.*moved up to 2/);
  assert.equal(await versionIn(), 3, 'at once in this process');
  baton.clock.move(5 * SECOND);
  assert.equal(await versionIn(second), 3, 'within five seconds in any other');
});

test('a restart with a new file: it counts, once, and the admins hear what it took the place of', async t => {
  const baton = await system(t, { playbook: EXAMPLE });
  await openSetup(baton, DANA, 'rules');
  await press(baton, DANA, 'rule_menu', 'up:1:1');
  await homeShows(baton, DANA, /Saved as version 2/);
  await writeFile(baton.env.PLAYBOOK, EXAMPLE.replace('threshold: 50', 'threshold: 55'));
  await startBeside(t, baton);
  const { version, author } = await rulesInForce(baton);
  assert.deepEqual([version, author], [3, 'file']);
  await baton.card({ user: DANA }, 'in the place of version 2');
  await startBeside(t, baton);
  assert.equal((await rulesInForce(baton)).version, 3);
});

test('whoever another process has just added to the playbook is looked up at once', async t => {
  const baton = await system(t, { playbook: EXAMPLE, role: 'web' });
  const { deps, workspaceId } = baton.app;
  // This process has just read the playbook; it asks for a newer one within seconds, not at once.
  await deps.playbook(workspaceId);
  const added = { email: 'olga@example.com', name: 'Olga Petrova', time_zone: 'Europe/London' };
  await rulesSavedElsewhere(baton, exampleWith(['people:\n', `people:\n  - ${JSON.stringify(added)}\n`]), DANA);
  assert.equal((await deps.playbook(workspaceId)).version, 1);
  await syncDirectory(deps, workspaceId);
  const people = await peopleLookedUp(baton);
  assert.ok(people.includes(added.email), people.join());
});

test('work that Salesforce refused is on Home with its reason, and goes again at a press', async t => {
  const baton = await system(t);
  await companyIsKnown(baton);
  await changeOrg(baton, { validationRule: { object: 'Lead', message: 'Leads need a region' } });
  const recordState = async () => (await baton.handoffs())[0]?.recordState;
  await crosses(baton, 'anna', 63);
  await until('the record is put aside', async () => (await recordState()) === 'parked');
  await openSetup(baton, DANA, 'health');
  await homeShows(
    baton,
    DANA,
    /Writing a lead to the CRM\* {2}· {2}1 time.*Leads need a region.*Fix the cause, then press Replay/,
  );
  await changeOrg(baton, { validationRule: null });
  await press(baton, DANA, 'replay_all', 'all');
  await homeShows(baton, DANA, /1 job goes again/);
  await baton.settled();
  assert.equal(await recordState(), 'written');
  await press(baton, DANA, 'setup_page', 'health');
  await homeShows(baton, DANA, /Nothing is stuck/);
});
