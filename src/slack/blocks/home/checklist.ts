/** The set-up's checklist on Home: what is done, what is next with one thing to press, what comes then. Pure. */
import type { Button, KnownBlock, StaticSelect } from '@slack/types';
import type { WatchedLead } from '../../../db/workspaces/mode.ts';
import type { SetupStepName } from '../../../db/workspaces/setup-steps.ts';
import type { Offer } from '../../../workspaces/connect.ts';
import type { KeyOffer } from '../../../workspaces/key-connect.ts';
import type { Checklist, SetupStep } from '../../../workspaces/setup/checklist.ts';
import { mrkdwn, plain } from '../../escape.ts';
import { actions, button, confirmation, context, DIVIDER, header, label, option, section } from '../block-parts.ts';
import { ago, count, vendorName } from '../block-words.ts';
import { CONNECT } from '../connect.ts';
import { TYPE_KEYS } from '../keys.ts';
import { pageAction, row, SEND_TEST } from './admin.ts';
import { SET_UP_CRM } from './admin-health.ts';
import { withoutLogin } from './connections.ts';
import { GO } from './home.ts';

export const GO_LIVE = 'go_live';
export const WATCH = 'watch';
/** Opens a step, done or not: the value is its name. */
export const OPEN_STEP = 'open_step';
/** The step is done, is not needed, or is to be done after all: `verb:step`. */
export const SAY_STEP = 'say_step';
export const ASK_COLLEAGUE = 'ask_colleague';
export const CHOOSE_PEOPLE = 'choose_people';
export const STARTER = 'starter_playbook';
export const SCORE_FIELDS = 'score_fields';

/** Where the opened step is kept. */
export const STEP = 'step';

const SENTENCE = 400;
const NAME = 120;
/** More vendors than this are no choice any more. */
const MOST_VENDORS = 8;

/** Minutes that a step takes somebody who never saw Baton. */
const MINUTES: Record<SetupStepName, number> = { source: 2, crm: 3, people: 2, rules: 2, test: 1, live: 0 };

interface StepWords {
  /** After "Next:" and "Then:". */
  title: string;
  /** What it is about, in a sentence or two. */
  why: string;
}

const WORDS: Record<SetupStepName, StepWords> = {
  source: {
    title: 'where do leads come from?',
    why: 'Connect your marketing system, then say which property holds the score.',
  },
  crm: {
    title: 'where are leads kept?',
    why: 'Connect your CRM. Baton makes the fields it needs there, and finds your people by their email.',
  },
  people: {
    title: 'who gets leads?',
    why: 'Choose people, a channel or a user group. Names and time zones come from Slack.',
  },
  rules: {
    title: 'who gets which leads?',
    why: 'Start from a pattern that fits your company, change what you like, and say that it is right.',
  },
  test: {
    title: 'send a test lead',
    why: 'It goes the whole way, to you alone, and is removed in 10 minutes.',
  },
  live: {
    title: 'go live',
    why: 'From that moment on, each new MQL is handed to sales. Until then nothing is sent.',
  },
};

/** How connections are made from here, and by whom each role is played. */
export interface ChecklistOffers {
  offers: readonly Offer[];
  keyed: readonly KeyOffer[];
}

/** The page: at most some 30 blocks. `opened`: a step that somebody chose to look at. */
export function checklistPage(
  list: Checklist,
  now: Date,
  offers: ChecklistOffers,
  opened?: SetupStepName,
): KnownBlock[] {
  const step = list.steps.find(({ name }) => name === (opened ?? list.next));
  const finished = list.steps.filter(({ state }) => state === 'done');
  // One that somebody opened again stands below as open, until they save it or leave it.
  const done = finished.filter(one => one !== step);
  const later = list.steps.filter(one => one.state !== 'done' && one !== step);
  return [
    header(
      finished.length === list.steps.length
        ? 'Baton is set up'
        : `Set up Baton: ${finished.length} of ${list.steps.length} done`,
    ),
    context(headline(list, later, step)),
    ...(done.length > 0 ? [section(...done.map(one => `:white_check_mark: ${doneWords(one, now)}`))] : []),
    ...(step ? stepBlocks(step, list, offers) : []),
    ...(later.length > 0 ? [section(...later.map(laterWords))] : []),
    ...watchedBlocks(list, now),
    DIVIDER,
    actions([stepMenu(list.steps), ...modeButtons(list)]),
  ];
}

function headline(list: Checklist, later: readonly SetupStep[], step: SetupStep | undefined): string {
  const left = [...later, ...(step && step.state !== 'done' ? [step] : [])];
  const minutes = left.reduce((sum, { name }) => sum + MINUTES[name], 0);
  const time = minutes > 0 ? `About ${count(minutes, 'minute')} left. ` : '';
  if (list.mode === 'watch') return `${time}No lead is sent until you go live.`;
  const who = list.modeBy === null ? '' : `, said ${mrkdwn(list.modeBy, NAME)}`;
  return `${time}Live${who}: new MQLs are handed to sales.`;
}

function doneWords({ text, at }: SetupStep, now: Date): string {
  return `*Done:* ${mrkdwn(text, SENTENCE)}${at ? `, last signal ${ago(at, now)}` : ''}`;
}

function laterWords({ name, state, text, askedOf }: SetupStep): string {
  const asked = askedOf ? ` (${mrkdwn(askedOf, NAME)} was asked)` : '';
  if (state === 'waiting') return `:hourglass_flowing_sand: ${mrkdwn(text, SENTENCE)}`;
  if (state === 'trouble') return `:warning: ${mrkdwn(text, SENTENCE)}${asked}`;
  return `Then: ${WORDS[name].title}${asked}`;
}

/** The one step that is open, with what can be done about it. */
function stepBlocks(step: SetupStep, list: Checklist, offers: ChecklistOffers): KnownBlock[] {
  const { name, state, text, askedOf } = step;
  const { title, why } = WORDS[name];
  const begin = state === 'done' ? 'Open again' : 'Next';
  const asked = askedOf ? `\n${mrkdwn(askedOf, NAME)} was asked to do this.` : '';
  const marks = { trouble: ':warning: ', waiting: ':hourglass_flowing_sand: ' };
  const how =
    state === 'trouble' || state === 'waiting'
      ? `${marks[state]}${mrkdwn(text, SENTENCE)}\n`
      : state === 'done'
        ? `Now: ${mrkdwn(text, SENTENCE)}. It stays so until you save something else.\n`
        : saysHow(step, list)
          ? `So far: ${mrkdwn(text, SENTENCE)}.\n`
          : '';
  return [
    section(`*${begin}: ${title}*\n${how}${why}${asked}`),
    ...vendorRows(step, list, offers),
    ...scoreRows(step, list),
    actions([
      ...doing(step, list),
      ...(state === 'done' ? [button(GO, 'Leave it as it is', `${STEP}=`)] : []),
      colleague(name),
    ]),
  ];
}

const asksOf = ({ state }: SetupStep, { asksScore }: Checklist): boolean => state === 'done' || asksScore;

/** Each source has a score of its own. */
function scoreRows(step: SetupStep, list: Checklist): KnownBlock[] {
  if (step.name !== 'source' || list.scored.length < 2 || !asksOf(step, list)) return [];
  return list.scored.slice(0, MOST_VENDORS).map(vendor => {
    const name = vendorName(vendor);
    return row([`*${mrkdwn(name, NAME)}*`], {
      ...button(SCORE_FIELDS, 'Score and stages', vendor),
      ...(list.asksScore && { style: 'primary' as const }),
      accessibility_label: plain(`Score and stages of ${name}`, 75),
    });
  });
}

/** What is there already of an open step: a connection that was just made must not look as if it were lost. */
function saysHow(step: SetupStep, list: Checklist): boolean {
  if (step.state !== 'open') return false;
  if (step.name === 'source') return list.asksScore;
  return step.name === 'crm' ? needsFields(step, list) : step.name === 'people' || step.name === 'rules';
}

function doing(step: SetupStep, list: Checklist): Button[] {
  const skip = step.skipped
    ? [button(SAY_STEP, 'It is needed after all', `needed:${step.name}`)]
    : [button(SAY_STEP, 'Go on without', `skip:${step.name}`)];
  switch (step.name) {
    case 'source':
      // With several each has a row of its own.
      return list.scored.length === 1 && asksOf(step, list) ? [primary(SCORE_FIELDS, 'Score and stages', '')] : [];
    case 'crm': {
      const fields = list.crm === undefined ? [] : [fieldsButton(list.crm, needsFields(step, list))];
      return [...fields, ...skip];
    }
    case 'people':
      return [
        primary(CHOOSE_PEOPLE, 'Choose people', ''),
        button(pageAction('teams'), 'Teams'),
        ...(step.state === 'open' ? [button(SAY_STEP, 'Nobody else', 'done:people')] : []),
        ...(step.state === 'trouble' || step.skipped ? skip : []),
      ];
    case 'rules':
      return [
        primary(STARTER, 'Start from a pattern', ''),
        button(pageAction('rules'), 'Review rules'),
        step.state === 'done'
          ? button(SAY_STEP, 'Look at them again', 'needed:rules')
          : button(SAY_STEP, 'They are right', 'done:rules'),
      ];
    case 'test':
      return [primary(SEND_TEST, 'Send a test lead', 'HIGH'), ...skip];
    case 'live':
      return list.mode === 'watch' ? [goLive('primary')] : [];
  }
}

const primary = (id: string, words: string, value: string): Button => ({
  ...button(id, words, value || undefined),
  style: 'primary',
});

function fieldsButton(crm: string, isNext: boolean): Button {
  const name = vendorName(crm);
  const confirm = confirmation(
    `Set up ${name}?`,
    'Baton makes its fields, permission set, list views and flows there, as far as they are missing, and changes nothing it did not make.',
    'Set up',
  );
  return {
    ...button(SET_UP_CRM, `Make fields in ${name}`, 'crm'),
    confirm,
    ...(isNext && { style: 'primary' as const }),
  };
}

/** Connected, and what Baton needs there is not made yet. */
const needsFields = ({ state }: SetupStep, { crm }: Checklist): boolean => state === 'open' && crm !== undefined;

/** A row a vendor of the step's role; while none is connected the first is the one to press. */
function vendorRows(step: SetupStep, list: Checklist, { offers, keyed }: ChecklistOffers): KnownBlock[] {
  const { name: role } = step;
  if (role !== 'source' && role !== 'crm') return [];
  // One thing is next: other vendors can be connected once this step is done.
  if (role === 'crm' && needsFields(step, list)) return [];
  if (role === 'source' && list.asksScore && step.state === 'open') return [];
  // What is connected for something else alone: logging in once more would not make it do for this.
  const isFor = (vendor: string, isKnown: boolean) => !isKnown || list.connected[role].includes(vendor);
  const can = ({ roles }: { roles: readonly string[] }) => roles.includes(role);
  const all = [
    ...offers
      .filter(offer => can(offer) && isFor(offer.vendor, offer.login !== undefined))
      .map(({ vendor, login }) => ({
        vendor,
        button: button(CONNECT.workspace, login ? 'Reconnect' : 'Connect', vendor),
      })),
    ...withoutLogin(keyed, offers)
      // Forms of pages are always there, and nothing of theirs is typed.
      .filter(offer => can(offer) && offer.state !== 'environment' && offer.state !== 'built_in')
      .filter(({ vendor, state }) => isFor(vendor, state === 'typed'))
      .map(({ vendor, state }) => ({
        vendor,
        button: button(TYPE_KEYS, state === 'typed' ? 'Change keys' : 'Connect', vendor),
      })),
  ];
  const isNext = step.state === 'open' || step.state === 'trouble';
  return all.slice(0, MOST_VENDORS).map(({ vendor, button: connect }, index) => {
    const name = plain(vendorName(vendor), 60);
    const first = isNext && index === 0 ? { style: 'primary' as const } : {};
    return row([`*${mrkdwn(vendorName(vendor), NAME)}*`], {
      ...connect,
      ...first,
      accessibility_label: `${connect.text.text} ${name}`,
    });
  });
}

function colleague(name: SetupStepName): Button {
  return {
    ...button(ASK_COLLEAGUE, 'Ask a colleague', name),
    accessibility_label: 'Let a colleague do this step',
  };
}

function goLive(style?: 'primary'): Button {
  const confirm = confirmation(
    'Go live?',
    'From now on each new MQL is handed to sales: a card in Slack, a record in the CRM, the SLA. Leads watched so far stay as they are. You can go back at any time.',
    'Go live',
  );
  return { ...button(GO_LIVE, 'Go live', 'live'), confirm, ...(style && { style }) };
}

function modeButtons({ mode, next }: Checklist): Button[] {
  if (mode === 'watch') return next === 'live' ? [] : [goLive()];
  const confirm = confirmation(
    'Back to watch mode?',
    'New MQLs are only listed here: nothing is sent for them. Leads that reps have already stay with them, with their cards and their SLA.',
    'Watch only',
  );
  return [{ ...button(WATCH, 'Back to watch mode', 'watch'), confirm }];
}

function stepMenu(steps: readonly SetupStep[]): StaticSelect {
  return {
    type: 'static_select',
    action_id: OPEN_STEP,
    placeholder: label('Go to a step', 150),
    options: steps.map(({ name }, index) => option(name, `${index + 1}. ${STEP_NAMES[name]}`)),
  };
}

const STEP_NAMES: Record<SetupStepName, string> = {
  source: 'Marketing system',
  crm: 'CRM',
  people: 'People',
  rules: 'Rules',
  test: 'Test lead',
  live: 'Go live',
};

/** A step by its name for people: "Marketing system". */
export const stepName = (step: SetupStepName): string => STEP_NAMES[step];

function watchedBlocks({ mode, watched }: Checklist, now: Date): KnownBlock[] {
  if (mode !== 'watch') return [];
  if (watched.total === 0)
    return [context('Watch mode: the first leads show here, with what would have become of them.')];
  const more = watched.total - watched.rows.length;
  return [
    section(`*What would have happened*: ${count(watched.total, 'lead')}`),
    ...watched.rows.map(one => context(watchedLine(one, now))),
    ...(more > 0 ? [context(`and ${more} before`)] : []),
  ];
}

function watchedLine({ name, at, text }: WatchedLead, now: Date): string {
  return `*${mrkdwn(name, NAME)}*, ${ago(at, now)}: ${mrkdwn(text.replace(/^Watch mode: /, ''), SENTENCE)}`;
}
