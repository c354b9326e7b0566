/** The set-up on Home, step by step: each from what is there, done again, handed to a colleague. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rulesInForce } from '../helpers/database-questions.ts';
import { goWatching, homeShows, openSetup, press } from '../helpers/home.ts';
import { addToSlack, hosted, workspaceOf } from '../helpers/hosted.ts';
import { blocksOf, mql, untilSaid } from '../helpers/messages.ts';
import { CHAN, DANA, MARCUS, PRIYA, TOM } from '../helpers/people.ts';
import { click, closeModal, modalShows, openModal, redrawn, shown, slackIdOf, submit } from '../helpers/slack.ts';
import { type System, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';

/** Somebody in Slack whom the playbook does not know. */
async function newcomer(baton: System, first: string, differs: object = {}): Promise<string> {
  const email = `${first.toLowerCase()}@example.com`;
  const given = { email, real_name: `${first} New`, tz: 'Europe/Paris', ...differs };
  const { user } = (await baton.post('/_sandbox/slack/users', given)) as { user: { id: string } };
  return user.id;
}

/** Opens a step's form from the checklist, whichever step is next. */
async function openForm(baton: System, step: string, button: string, value?: string): Promise<void> {
  await openSetup(baton, DANA, 'start');
  // A drawing of something else may come in between: then the step is opened again, as a person would.
  await until(`the step ${step} stays open`, async () => {
    await redrawn(baton, DANA, click('open_step', step));
    await baton.settled();
    return (await shown(baton, DANA)).home.includes(`"${button}"`);
  });
  await openModal(baton, DANA, click(button, value));
}

test('people come from Slack by name, channel and group, with their zones; who cannot get leads is named', async t => {
  const baton = await system(t);
  const [zoe, guest] = [await newcomer(baton, 'Zoe'), await newcomer(baton, 'Gus', { guest: true })];
  await newcomer(baton, 'Ana', { tz: 'America/Chicago' });
  const { group } = (await baton.post('/_sandbox/slack/groups', {
    name: 'West',
    users: ['ana@example.com', MARCUS],
  })) as {
    group: { id: string };
  };
  await openForm(baton, 'people', 'choose_people');
  await submit(baton, DANA, { users: [zoe, guest], group: group.id, new_team: 'West' });
  const shown = await modalShows(baton, DANA, /3 people.*found in Slack/);
  assert.match(shown, /Gus New: a guest/);
  assert.match(shown, /Person “Ana New” added/);
  assert.match(shown, /Team “West” added: Zoe New, Ana New, Marcus Chen/);
  await submit(baton, DANA);
  await homeShows(baton, DANA, /Saved as version 2:\* Who gets leads: Person/);
  const { yaml } = await rulesInForce(baton);
  assert.match(yaml, /email: zoe@example\.com, name: Zoe New, time_zone: Europe\/Paris/);
  assert.match(yaml, /west:[\s\S]*zoe@example\.com[\s\S]*ana@example\.com[\s\S]*marcus@example\.com/);
});

test('viewers are picked in Slack: whoever is added looks and changes nothing, whoever is taken out sees nothing', async t => {
  const baton = await system(t);
  const zoe = await newcomer(baton, 'Zoe');
  await openSetup(baton, DANA, 'people');
  await openModal(baton, DANA, click('choose_viewers'));
  await modalShows(baton, DANA, /see every lead[^"]*change nothing/);
  await submit(baton, DANA, { users: [zoe] });
  assert.match(await modalShows(baton, DANA, /This would change/), /Viewers:[^"]*zoe@example\.com/);
  await submit(baton, DANA);
  await homeShows(baton, DANA, /Saved as version 2/);
  assert.match((await rulesInForce(baton)).yaml, /^viewers: \[.*sarah@example\.com.*zoe@example\.com/m);
  assert.match(blocksOf(await mql(baton, 'zoe@example.com', 'report')), /MQL/);

  await openModal(baton, DANA, click('choose_viewers'));
  await modalShows(baton, DANA, /Viewers so far/);
  await submit(baton, DANA, { staying: [] });
  await modalShows(baton, DANA, /This would change/);
  await submit(baton, DANA);
  await homeShows(baton, DANA, /Saved as version 3/);
  assert.match(blocksOf(await mql(baton, 'zoe@example.com', 'report')), /Only people of|Reports are for/);
});

test('a channel that Baton is not in is said, and nothing is lost; a free plan has no groups to choose', async t => {
  const baton = await system(t);
  await baton.post('/_sandbox/slack/limits', { paidPlan: false });
  const { channel } = (await baton.post('/_sandbox/slack/channels', { name: 'secret', private: true })) as {
    channel: { id: string };
  };
  await openForm(baton, 'people', 'choose_people');
  assert.doesNotMatch(await modalShows(baton, DANA, /Who gets leads/), /user group/);
  const priya = await slackIdOf(baton, PRIYA);
  await submit(baton, DANA, { users: [priya], channel: channel.id, team: 'team:emea_sdr' });
  assert.match(await modalShows(baton, DANA, /The channel cannot be read/), /Invite Baton to it[\s\S]*EMEA SDRs/);
});

test('a starter playbook by company size: who is in each team, every change in words, and the step is done', async t => {
  const baton = await system(t);
  await goWatching(baton, DANA);
  await openForm(baton, 'rules', 'starter_playbook');
  await submit(baton, DANA, { shape: 'by_size' });
  await modalShows(baton, DANA, /Who gets the leads of each team/);
  const [priya, marcus, tom] = await Promise.all([PRIYA, MARCUS, TOM].map(email => slackIdOf(baton, email)));
  await submit(baton, DANA, { enterprise: [priya], mid_market: [marcus], small_business: [tom, marcus] });
  const shown = await modalShows(baton, DANA, /This would change/);
  assert.match(shown, /Rule “Enterprise” added: company size is above 1,000 → Enterprise/);
  assert.match(shown, /Team “Small business” added/);
  await submit(baton, DANA);
  await homeShows(baton, DANA, /Saved as version 2/);
  await openSetup(baton, DANA, 'start');
  await homeShows(baton, DANA, /\*Done:\* 5 rules, MQL from a score of 50/);
});

test('every shape is a playbook, also of products; a form without them says so', async t => {
  const baton = await system(t);
  const chan = await slackIdOf(baton, CHAN);
  await openForm(baton, 'rules', 'starter_playbook');
  assert.equal((await submit(baton, DANA, { shape: 'by_product' })).outcome, 'errors');
  await submit(baton, DANA, { shape: 'by_product', products: 'Analytics\nData & AI' });
  await submit(baton, DANA, { analytics: [chan], data_ai: [chan], all_products: [chan] });
  const shown = await modalShows(baton, DANA, /This would change/);
  assert.match(shown, /product interest is Data &amp; AI → Data &amp; AI/);
  for (const shape of ['one_team', 'by_region']) {
    await closeModal(baton, DANA);
    await openForm(baton, 'rules', 'starter_playbook');
    await submit(baton, DANA, { shape });
    await submit(baton, DANA, {});
    await modalShows(baton, DANA, /This would change/);
  }
});

test('the score property and the stages of an MQL are chosen among the portal’s own', async t => {
  const baton = await system(t);
  await goWatching(baton, DANA);
  await homeShows(baton, DANA, /Next: where do leads come from\?.*"score_fields"/);
  await baton.post('/_sandbox/hubspot/properties', { name: 'lead_score_2026', type: 'number' });
  await openForm(baton, 'source', 'score_fields', 'hubspot');
  const form = await modalShows(baton, DANA, /lead_score_2026/);
  assert.match(form, /Marketing Qualified Lead|marketingqualifiedlead/);
  await submit(baton, DANA, { score: 'lead_score_2026', stages: ['marketingqualifiedlead', 'salesqualifiedlead'] });
  await modalShows(baton, DANA, /Score property in HubSpot[^"]*lead_score_2026/);
  await submit(baton, DANA);
  await homeShows(baton, DANA, /Saved as version 2/);
  const { yaml } = await rulesInForce(baton);
  await homeShows(baton, DANA, /\*Done:\* [^"]*HubSpot/);
  assert.match(yaml, /hubspot: lead_score_2026/);
  assert.match(yaml, /require_lifecycle:\s+- marketingqualifiedlead\s+- salesqualifiedlead/);
  // Each source has a score of its own; one without stages leaves those that were chosen.
  await baton.post('/_sandbox/marketo/fields', { name: 'personScore', label: 'Person Score', type: 'score' });
  await openForm(baton, 'source', 'score_fields', 'marketo');
  assert.match(await modalShows(baton, DANA, /Which property of Marketo holds the score/), /"leadScore"/);
  await submit(baton, DANA, { score: 'personScore' });
  await submit(baton, DANA);
  await homeShows(baton, DANA, /Saved as version 3/);
  const { yaml: after } = await rulesInForce(baton);
  assert.match(after, /marketo: personScore/);
  assert.match(after, /require_lifecycle:\s+- marketingqualifiedlead/);
});

test('who was named takes the place of whoever installed Baton, and the only team there is need not be chosen', async t => {
  const baton = await hosted(t);
  await addToSlack(baton);
  const acme = await workspaceOf(baton);
  await openForm(acme, 'people', 'choose_people');
  assert.match(await modalShows(acme, DANA, /Who gets leads/), /"initial_option":\{[^}]*\{[^}]*"Sales"/);
  await submit(acme, DANA, { users: ['U0MARCUS'], new_team: 'West' });
  await modalShows(acme, DANA, /This would change/);
  await submit(acme, DANA);
  await homeShows(acme, DANA, /Saved as version 2/);
  const marcus = await slackIdOf(acme, MARCUS);
  await openForm(acme, 'rules', 'starter_playbook');
  await submit(acme, DANA, { shape: 'one_team' });
  assert.match(
    await modalShows(acme, DANA, /Who gets the leads of each team/),
    new RegExp(`"initial_users":\\["${marcus}"\\]`),
  );
});

test('nobody but the installer gets leads until somebody says so: what else is saved answers nothing, alone is an answer', async t => {
  const baton = await hosted(t);
  await addToSlack(baton);
  const acme = await workspaceOf(baton);
  await openSetup(acme, DANA, 'start');
  await openModal(acme, DANA, click('ask_colleague'));
  await submit(acme, DANA, { who: 'U0MARCUS' });
  await homeShows(acme, DANA, /is an admin of Baton now/);
  assert.match(await openSetup(acme, DANA, 'start'), /(Then|Next): who gets leads\?/);
  await openForm(acme, 'people', 'choose_people');
  await submit(acme, DANA, { users: ['U0PRIYA'], team: 'team:sales' });
  await modalShows(acme, DANA, /Team “Sales”: members: \+ Priya Nair, − Dana Ruiz/);
  await closeModal(acme, DANA);
  await openForm(acme, 'people', 'choose_people');
  await submit(acme, DANA, { users: [await slackIdOf(acme, DANA)], team: 'team:sales' });
  const shown = await modalShows(acme, DANA, /Nothing is different/);
  assert.doesNotMatch(shown, /Import/);
  await closeModal(acme, DANA);
  await homeShows(acme, DANA, /\*Done:\* 1 person in 1 team/);
});

test('a step is handed to a colleague, who becomes an admin and hears of it', async t => {
  const baton = await system(t);
  await goWatching(baton, DANA);
  const zoe = await newcomer(baton, 'Zoe');
  await openForm(baton, 'crm', 'ask_colleague');
  await submit(baton, DANA, { who: zoe });
  await homeShows(baton, DANA, /Zoe New\* is an admin of Baton now/);
  await untilSaid(baton, { user: 'zoe@example.com' }, /Dana Ruiz asks Zoe New to do a step of Baton’s set-up: CRM/);
  await openSetup(baton, 'zoe@example.com', 'start');
  await homeShows(baton, 'zoe@example.com', /Set up Baton|Baton is set up/);
});

test('a step that is not needed is passed over, and comes back when it is needed after all', async t => {
  const baton = await system(t, {
    env: {
      SALESFORCE_CLIENT_ID: '',
      SALESFORCE_CLIENT_SECRET: '',
      SALESFORCE_USERNAME: '',
      SALESFORCE_PRIVATE_KEY: '',
    },
  });
  await goWatching(baton, DANA);
  const open = () => redrawn(baton, DANA, click('open_step', 'crm'));
  await open();
  await homeShows(baton, DANA, /Next: where are leads kept/);
  await press(baton, DANA, 'say_step', 'skip:crm');
  await homeShows(baton, DANA, /\*Done:\* not needed here/);
  await open();
  await homeShows(baton, DANA, /It is needed after all/);
  await press(baton, DANA, 'say_step', 'needed:crm');
  await homeShows(baton, DANA, /Then: where are leads kept/);
});
