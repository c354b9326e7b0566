/** What people see while leads come and go: Home of each role, modals, alarms, digests, reports and answers, of the real app. */
import type { TestContext } from 'node:test';
import { DAY, HOUR, MINUTE, SECOND } from '../../src/lib/clock.ts';
import { beginReports } from '../../src/reports/weekly.ts';
import { actionsAs, CONNECTED } from '../helpers/actions.ts';
import { homeShows, openHome, openSetup, press } from '../helpers/home.ts';
import { timePasses, untilIdle } from '../helpers/jobs.ts';
import { companyIsKnown, handedOff, leadCrosses, numberedLeadsCross } from '../helpers/leads.ts';
import { mql, untilSaid } from '../helpers/messages.ts';
import { DANA, EMMA, MARCUS, SARAH, TOM } from '../helpers/people.ts';
import { act, click, clickOn, closeModal, openModal, shown, slackIdOf } from '../helpers/slack.ts';
import { type Message, type System, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';
import type { Surface } from './draw.ts';

type Drawn = { title?: { text: string }; submit?: { text: string }; close?: { text: string }; blocks: unknown[] };

const message = (name: string, says: string, { blocks }: { blocks: unknown[] }, at: Date): Surface => ({
  name,
  says,
  blocks,
  at,
});

/** Home, or the open modal, as this person has it before them. */
async function before(baton: System, user: string, name: string, says: string): Promise<Surface> {
  const { home, modal } = await shown(baton, user);
  const drawn = JSON.parse(name.startsWith('modal') ? modal : home) as Drawn;
  const at = baton.clock.now();
  if (!name.startsWith('modal')) return { name, says, blocks: drawn.blocks, at };
  const bar = { title: drawn.title?.text ?? '', submit: drawn.submit?.text, close: drawn.close?.text };
  return { name, says, blocks: drawn.blocks, modal: bar, at };
}

/** Opens a modal, takes it, and closes it. */
async function modalAfter(baton: System, user: string, deed: Record<string, unknown>, name: string, says: string) {
  await openModal(baton, user, deed);
  // What is asked of the CRM first comes in a second drawing.
  await until('the modal to be whole', async () => !/Asking your CRM/.test((await shown(baton, user)).modal));
  const taken = await before(baton, user, `modal-${name}`, says);
  await closeModal(baton, user);
  return taken;
}

/** Four leads: three of Marcus's and Priya's, and Emma's, whose card is called from. */
async function someLeads(t: TestContext): Promise<System> {
  const baton = await system(t);
  await companyIsKnown(baton);
  await Promise.all([MARCUS, DANA, SARAH, TOM].map(email => slackIdOf(baton, email)));
  await handedOff(baton);
  for (const [first, last, title] of [
    ['Ingrid', 'Solberg', 'Head of Finance'],
    ['Li', 'Wei', 'Director of Operations'],
    ['Jonas', 'Weber', 'VP Sales'],
  ] as const) {
    await leadCrosses(baton, { email: `${first}@acmecorp.com`, firstname: first, lastname: last, jobtitle: title });
  }
  await untilIdle(baton);
  return baton;
}

async function modals(baton: System): Promise<Surface[]> {
  const card = await baton.card({ user: MARCUS }, 'Emma Thompson');
  const { id } = await baton.handoff(EMMA);
  const of = (verb: string) => clickOn(card, 'more', `${verb}:${id}`);
  const opened = (deed: Record<string, unknown>, name: string, says: string) =>
    modalAfter(baton, MARCUS, deed, name, says);
  return [
    await opened(of('details'), 'details', 'Details of a lead'),
    await opened(clickOn(card, 'log_call'), 'log-call', 'Log a call'),
    await opened(clickOn(card, 'email'), 'email', 'Email'),
    await opened(of('reassign'), 'reassign', 'Reassign'),
    await opened(of('reject'), 'reject', 'Reject'),
    await opened(of('snooze'), 'snooze', 'Snooze'),
    await opened(of('edit'), 'edit-record', 'Edit the record'),
  ];
}

async function answers(baton: System): Promise<Surface[]> {
  const asked = async (user: string, text: string, name: string, says: string) =>
    message(`mql-${name}`, says, await mql(baton, user, text), baton.clock.now());
  return [
    await asked(MARCUS, '', 'bare', '/mql: my leads and three buttons'),
    await asked(MARCUS, 'help', 'help', '/mql help, for a rep'),
    await asked(DANA, 'help', 'help-admin', '/mql help, for an admin'),
    await asked(MARCUS, 'snoze emma', 'near-miss', 'A command that is none'),
    await asked(MARCUS, 'list', 'list', '/mql list'),
    await asked(DANA, 'show emma', 'show', '/mql show'),
    await asked(DANA, 'why emma', 'why', '/mql why'),
    await asked(MARCUS, 'stats', 'stats', '/mql stats'),
    await asked(DANA, 'simulate jo@acmecorp.com', 'simulate', '/mql simulate'),
  ];
}

async function homes(baton: System): Promise<Surface[]> {
  const found: Surface[] = [];
  const take = async (user: string, name: string, says: string) => {
    await baton.settled();
    found.push(await before(baton, user, `home-${name}`, says));
  };
  await openHome(baton, MARCUS);
  await take(MARCUS, 'rep', 'Home of a rep');
  found.push(await modalAfter(baton, MARCUS, click('home_away'), 'away', 'Out of office'));
  await openHome(baton, TOM);
  await take(TOM, 'rep-empty', 'Home of a rep without a lead');
  await openHome(baton, SARAH);
  await take(SARAH, 'viewer', 'Home of marketing, who looks and changes nothing');
  await openHome(baton, DANA);
  await press(baton, DANA, 'home_tab_team');
  await homeShows(baton, DANA, /Your people now/);
  await take(DANA, 'manager', 'Home of a manager');
  found.push(await modalAfter(baton, DANA, click('home_bulk'), 'move-leads', 'Move leads'));
  return found;
}

async function setUp(baton: System): Promise<Surface[]> {
  const found: Surface[] = [];
  const page = async (name: string | undefined, says: string) => {
    await openSetup(baton, DANA, name);
    await baton.settled();
    found.push(await before(baton, DANA, `home-setup-${name ?? 'first'}`, says));
  };
  const form = async (action: string, value: string | undefined, name: string, says: string) =>
    found.push(await modalAfter(baton, DANA, click(action, value), name, says));
  await page('start', 'Set-up: what is done and what is next');
  await page('health', 'Health');
  await page('playbook', 'The playbook');
  await form('edit_card', undefined, 'card-facts', 'Which facts stand on cards');
  await form('edit_ladder', 'HIGH', 'sla', 'An SLA, a row a step');
  await form('edit_fit', undefined, 'fit', 'The ideal customer');
  await page('rules', 'Rules');
  await form('edit_rule', undefined, 'rule', 'A rule, a condition a row');
  await page('people', 'People');
  await page('teams', 'Teams');
  await page('templates', 'Templates');
  return found;
}

async function alarms(baton: System): Promise<Surface[]> {
  const found: Surface[] = [];
  const card = async (says: RegExp, name: string, text: string) =>
    found.push(message(`alarm-${name}`, text, await untilSaid(baton, { user: DANA }, says), baton.clock.now()));
  await timePasses(baton, 91 * MINUTE);
  await card(/No contact yet/, 'raised', 'Nobody reached out: the manager hears of it');
  const raised = (await baton.messages({ user: DANA })).filter(({ blocks }) =>
    /No contact yet/.test(JSON.stringify(blocks)),
  );
  const [first, second, third] = raised as [Message, Message?, Message?];
  await act(baton, DANA, clickOn(first, 'sla_more_time'));
  await baton.settled();
  await card(/Waiting: /, 'waiting', 'Thirty minutes more');
  if (second) {
    await act(baton, DANA, clickOn(second, 'sla_give'));
    await baton.settled();
    await card(/is with \*/, 'reassigned', 'Given to the next in the rotation');
  }
  if (third) {
    const [theirs] = (await baton.handoffs()).filter(
      ({ name, contactedAt }) => !contactedAt && JSON.stringify(third.blocks).includes(name),
    );
    if (theirs?.repEmail) await actionsAs(baton, theirs.repEmail, theirs.id).logCall(CONNECTED);
    await baton.settled();
    await card(/Nothing for you to do/, 'stood-down', 'Somebody called: nothing is left to do');
  }
  return found;
}

async function reports(baton: System): Promise<Surface[]> {
  const { id, repEmail } = await baton.handoff(EMMA);
  if (repEmail) await actionsAs(baton, repEmail, id).logCall(CONNECTED);
  baton.clock.move(6 * DAY + HOUR);
  await beginReports(baton.app.deps);
  await untilIdle(baton);
  const now = baton.clock.now();
  const sales = await untilSaid(baton, { user: DANA }, /Sales, Nov/);
  const marketing = await untilSaid(baton, { user: SARAH }, /Marketing, Nov/);
  return [
    message('report-sales', 'The weekly report of sales', sales, now),
    { ...message('report-sales-desktop', 'The same on a desktop', sales, now), isWide: true },
    message('report-marketing', 'Marketing’s week', marketing, now),
    { ...message('report-marketing-desktop', 'The same on a desktop', marketing, now), isWide: true },
  ];
}

async function bursts(t: TestContext): Promise<Surface[]> {
  const baton = await system(t);
  await numberedLeadsCross(baton, 0, 40);
  await untilIdle(baton);
  baton.clock.move(10 * SECOND);
  await untilIdle(baton);
  const digest = await untilSaid(baton, { user: MARCUS }, /new leads?, /);
  return [message('digest-burst', 'Many leads at once', digest, baton.clock.now())];
}

async function setUpBegins(t: TestContext): Promise<Surface[]> {
  const baton = await system(t);
  await openSetup(baton, DANA, 'start');
  return [await before(baton, DANA, 'home-begins', 'Before anybody is live')];
}

/** In the order of the index. */
export async function livingSurfaces(t: TestContext): Promise<[string, Surface[]][]> {
  const baton = await someLeads(t);
  const groups: [string, Surface[]][] = [];
  groups.push(['Modals', await modals(baton)]);
  groups.push(['Answers to /mql', await answers(baton)]);
  groups.push(['Home', await homes(baton)]);
  groups.push(['Set-up', [...(await setUpBegins(t)), ...(await setUp(baton))]]);
  groups.push(['Alarms', await alarms(baton)]);
  groups.push(['Reports', await reports(baton)]);
  groups.push(['Many leads at once', await bursts(t)]);
  return groups;
}
