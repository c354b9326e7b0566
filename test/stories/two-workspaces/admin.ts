/** What admins change in their company's rules and people. */
import assert from 'node:assert/strict';
import { rulesInForce } from '../../helpers/database-questions.ts';
import { homeShows, openHome, openSetup, press } from '../../helpers/home.ts';
import { lookForThoseBack, untilIdle } from '../../helpers/jobs.ts';
import { CHAN, DANA, MARCUS, PRIYA } from '../../helpers/people.ts';
import { act, click, modalShows, openModal, setCondition, shown, slackIdOf, submit } from '../../helpers/slack.ts';
import { closeAll, openFormOf, pickOnHome, sendForm, untilOpen } from './forms.ts';
import { onBoth, type Side, type Sides } from './sides.ts';

/** Somebody goes away, hands their leads over, and is back; a manager moves leads. */
async function comeAndGo({ baton, at }: Side): Promise<void> {
  const [marcus, dana] = [at(MARCUS), at(DANA)];
  await openHome(baton, marcus);
  await openModal(baton, marcus, click('home_away'));
  await submit(baton, marcus, { until: '2026-12-01', note: 'Holiday' });
  if (/card_hand_over/.test((await shown(baton, marcus)).modal)) await submit(baton, marcus, { heir: 'Priya Nair' });
  await closeAll(baton, marcus);
  await openHome(baton, dana);
  await openFormOf(baton, dana, 'home_bulk');
  await submit(baton, dana, { to: 'Priya Nair' });
  await closeAll(baton, dana);
  await openHome(baton, marcus);
  await press(baton, marcus, 'home_back');
  await homeShows(baton, marcus, /You are back/);
  await untilIdle(baton);
}

export const peopleComeAndGo = async (sides: Sides): Promise<void> => {
  await onBoth(sides, comeAndGo);
  await onBoth(sides, ({ baton }) => lookForThoseBack(baton));
};

/** Every form of the playbook is sent off; what was added is taken away again. */
async function saveForms({ baton, at, mark }: Side): Promise<void> {
  const dana = at(DANA);
  const send = (action: string, values: object, value?: string) => sendForm(baton, dana, action, values, value);
  await send('edit_threshold', { threshold: '45' });
  await send('edit_fit', { medium: '41' });
  await send('edit_ladder', { respond_within: '2', respond_within_unit: 'h' }, 'HIGH');
  await send('edit_promises', { cold_after: '6d' });
  await send('edit_notify', { burst: '49' });
  await openFormOf(baton, dana, 'edit_card');
  await act(baton, dana, click('card_fact', 'revenue'));
  await untilIdle(baton);
  await submit(baton, dana, { fact_0_0: 'revenue' });
  await submit(baton, dana);
  await closeAll(baton, dana);
  await send('edit_first_answer', { postal_address: `${mark} Street` });
  await send('edit_answer', { language: 'de', subject: `Hallo ${mark}`, body: 'Hi' });
  await send('edit_nurture', { nurture_hubspot: `list ${mark}` });
  await send('edit_fallback', {});
  await send('edit_person', { name: `Zoe ${mark}`, email: at('zoe@example.com'), time_zone: 'UTC' });
  await send('edit_team', { name: `Team ${mark}`, members: [`person:${at(CHAN)}`, `person:${at(PRIYA)}`] });
  await openFormOf(baton, dana, 'edit_rule');
  await setCondition(baton, dana, 'lead_source', `Only ${mark}`);
  await modalShows(baton, dana, /lead source/);
  await submit(baton, dana, { name: `Rule ${mark}`, after: '-1', to: `person:${at(CHAN)}` });
  await submit(baton, dana);
  await closeAll(baton, dana);
  await send('edit_template', { name: `Template ${mark}`, subject: `From ${mark}`, body: 'Hi' });
  await send('try_rules', { email: at('jo@example.com'), score: '60' });
  await untilIdle(baton);
  assert.match((await rulesInForce(baton)).yaml, new RegExp(`Rule ${mark}`));
}

export const formsAreSaved = (sides: Sides): Promise<unknown> => onBoth(sides, saveForms);

/** Each step of the set-up is opened, and its form filled in; what would change is looked at, and left. */
async function stepThrough({ baton, at, mark }: Side): Promise<void> {
  const [dana, chan] = [at(DANA), await slackIdOf(baton, at(CHAN))];
  const open = async (step: string, button: string) => {
    await openSetup(baton, dana, 'start');
    await press(baton, dana, 'open_step', step);
    await homeShows(baton, dana, new RegExp(button));
    await untilIdle(baton);
    await openModal(baton, dana, click(button));
  };
  await open('people', 'choose_people');
  await submit(baton, dana, { users: [chan], new_team: `Crew ${mark}` });
  await modalShows(baton, dana, new RegExp(`Crew ${mark}`));
  await closeAll(baton, dana);
  await open('rules', 'starter_playbook');
  await submit(baton, dana, { shape: 'one_team' });
  await submit(baton, dana, { sales: [chan] });
  await modalShows(baton, dana, /This would change/);
  await closeAll(baton, dana);
  await open('source', 'score_fields');
  await submit(baton, dana);
  await closeAll(baton, dana);
  await open('crm', 'ask_colleague');
  await submit(baton, dana, { who: chan });
  await homeShows(baton, dana, /is an admin of Baton now/);
  await untilIdle(baton);
}

export const setupIsStepped = (sides: Sides): Promise<unknown> => onBoth(sides, stepThrough);

/** The rules go out, come in changed, and an older version counts again. */
async function versions({ baton, at, mark }: Side): Promise<void> {
  const dana = at(DANA);
  const pick = async (menu: string, verb: string, entry: string, values?: object) => {
    const { version } = await rulesInForce(baton);
    await pickOnHome(baton, dana, menu, `${verb}:${version}:${entry}`);
    if (!values) return;
    await untilOpen(baton, dana);
    await submit(baton, dana, { ...values });
    await closeAll(baton, dana);
  };
  await pick('rule_menu', 'remove', '0', {});
  await pick('template_menu', 'remove', 'template', {});
  await pick('team_menu', 'weights', 'mid_market_sdr', {});
  await pick('team_menu', 'remove', 'team', {});
  await pick('person_menu', 'remove', '5', {});
  await openSetup(baton, dana, 'playbook');
  // A drawing of the page before may still be on its way to Slack.
  await untilIdle(baton);
  await press(baton, dana, 'export_playbook');
  await homeShows(baton, dana, /is in your direct messages/);
  const { yaml } = await rulesInForce(baton);
  await openFormOf(baton, dana, 'import_playbook');
  await submit(baton, dana, {
    pasted: yaml.replace('Hi {{lead.first_name}}', `Hi {{lead.first_name}} from ${mark}`).slice(0, 3_000),
  });
  await closeAll(baton, dana);
  await openFormOf(baton, dana, 'import_playbook');
  await submit(baton, dana, {
    file: { name: 'playbook.yaml', content: yaml.replace('cold_after: 6d', 'cold_after: 7d') },
  });
  await modalShows(baton, dana, /It is a playbook/);
  await submit(baton, dana);
  await closeAll(baton, dana);
  await pick('version_menu', 'restore', '1', {});
  await act(baton, dana, { home: {} });
  await untilIdle(baton);
}

export const versionsComeAndGo = (sides: Sides): Promise<unknown> => onBoth(sides, versions);
