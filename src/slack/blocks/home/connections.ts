/** Connections: what Baton is connected to and how that stands, what could be, and the addresses it is told things at. Pure. */
import type { Button, KnownBlock } from '@slack/types';
import type { Connection } from '../../../db/connections/connections.ts';
import type { Offer } from '../../../workspaces/connect.ts';
import type { ConnectedVendor } from '../../../workspaces/connected.ts';
import type { HookKeyState, KeyReplaced } from '../../../workspaces/hook-keys.ts';
import type { KeyOffer } from '../../../workspaces/key-connect.ts';
import { clipLines, mrkdwn, plain } from '../../escape.ts';
import { button, confirmation, context, header, SECTION, section } from '../block-parts.ts';
import { ago, callsWords, count, moment, reasonWords, vendorName } from '../block-words.ts';
import { CONNECT, connectionButtons } from '../connect.ts';
import { HOOK_SETUP, keyButtons, TYPE_KEYS } from '../keys.ts';
import { row } from './admin.ts';

export const NEW_HOOK_KEY = 'new_hook_key';
/** Has open leads written anew that are recorded in a CRM the company has left. */
export const MOVE_RECORDS = 'move_records';
export const END_OLD_HOOK_KEY = 'end_old_hook_key';

const SHORT = 120;
const SENTENCE = 400;
/** Two blocks each, and the page has room for both lists. */
const MOST_VENDORS = 20;

/** How connections are made from here. */
export interface Connectable {
  /** By logging in. */
  offers?: readonly Offer[] | undefined;
  /** With typed keys. */
  keyed?: readonly KeyOffer[] | undefined;
}

export interface ConnectionsHome extends Connectable {
  connected: readonly ConnectedVendor[];
  /** Absent: addresses with a key cannot be shown here. */
  hookKey?: HookKeyState | undefined;
  now: Date;
}

/** At most some 90 blocks. */
export function connectionsPage({
  connected,
  offers = [],
  keyed: all = [],
  hookKey,
  now,
}: ConnectionsHome): KnownBlock[] {
  const keyed = withoutLogin(all, offers);
  const isNew = ({ vendor }: { vendor: string }) => !connected.some(one => one.vendor === vendor);
  const open = [
    ...offers.filter(isNew).map(({ vendor }) => unconnected(vendor, button(CONNECT.workspace, 'Connect', vendor))),
    ...keyed
      .filter(isNew)
      .map(({ vendor, state }) =>
        state === 'built_in'
          ? unconnected(vendor, button(HOOK_SETUP, 'Set-up', vendor), true)
          : unconnected(vendor, button(TYPE_KEYS, 'Connect', vendor)),
      ),
  ];
  return [
    header(headline(connected)),
    ...(connected.length === 0
      ? [section('Nothing is connected yet. Connect your marketing system first: leads come from there.')]
      : connected.slice(0, MOST_VENDORS).flatMap(one => vendorBlocks(one, { offers, keyed, now }))),
    ...(open.length > 0 ? [header('To connect'), ...open.slice(0, MOST_VENDORS)] : []),
    ...(hookKey ? [header('Hook addresses'), ...hookKeyBlocks(hookKey)] : []),
  ];
}

function headline(connected: readonly ConnectedVendor[]): string {
  const broken = connected.filter(({ connections }) => connections.some(({ status }) => status === 'paused'));
  if (broken.length === 0) return 'Connections';
  return broken.length === 1 ? '1 connection needs you' : `${broken.length} connections need you`;
}

/** Where one can log in, keys are offered only to whoever typed some. */
export function withoutLogin(keyed: readonly KeyOffer[], offers: readonly Offer[]): KeyOffer[] {
  return keyed.filter(({ vendor, state }) => state === 'typed' || !offers.some(one => one.vendor === vendor));
}

function unconnected(vendor: string, connect: Button, isThere = false): KnownBlock {
  const mark = isThere ? ':large_green_circle:' : ':white_circle:';
  const name = vendorName(vendor);
  return row([`${mark} *${mrkdwn(name, SHORT)}*  ·  ${isThere ? 'always there' : 'not connected'}`], {
    ...connect,
    accessibility_label: plain(`${connect.text.text} ${name}`, 75),
  });
}

interface Beside {
  offers: readonly Offer[];
  keyed: readonly KeyOffer[];
  now: Date;
}

function vendorBlocks(
  { vendor, connections, calls, isLeft, openLeads }: ConnectedVendor,
  { offers, keyed, now }: Beside,
): KnownBlock[] {
  const offer = offers.find(one => one.vendor === vendor);
  const typed = keyed.find(one => one.vendor === vendor);
  const lines = [
    ...connections.flatMap(one => connectionLines(one, now, offer !== undefined)),
    ...(isLeft ? ['You are moving away from it: it gets no new leads, and stays for those it has.'] : []),
    ...(calls ? [mrkdwn(callsWords(vendor, calls), SENTENCE)] : []),
  ];
  const text = section(clipLines(lines, SECTION));
  const move = openLeads > 0 ? [moveRow(vendor, openLeads)] : [];
  if (typed) return [text, ...move, keyButtons(typed)];
  return offer ? [text, ...move, connectionButtons(offer)] : [text, ...move];
}

/** The value is how many the admin was told of: if there are others by now, they are asked again. */
function moveRow(vendor: string, openLeads: number): KnownBlock {
  const name = vendorName(vendor);
  const confirm = confirmation(
    `Write ${count(openLeads, 'open lead')} anew?`,
    `They go to the CRM that the rules name now. Their records in ${name} stay as they are; calls and mails logged so far are not copied.`,
    'Write anew',
  );
  return row([`${count(openLeads, 'open lead')} recorded there until closed, or written anew in the CRM of now.`], {
    ...button(MOVE_RECORDS, 'Write anew', String(openLeads)),
    confirm,
  });
}

const ROLES: Record<string, string> = {
  source: 'leads come from here',
  crm: 'leads are kept here',
  enricher: 'facts about companies',
  mailer: 'sends mail',
  sequencer: 'sequences of the reps',
  chat: 'cards and messages',
};

/** How one connection stands: a line, and what to do about it where somebody can do something. */
export function connectionLines(
  { vendor, role, status, pausedReason, pausedAt, connectedAt, lastSignalAt }: Connection,
  now: Date,
  byLogin: boolean,
): string[] {
  const name = `*${mrkdwn(vendorName(vendor), SHORT)}*${ROLES[role] ? `, ${ROLES[role]}` : ''}`;
  if (status === 'active') {
    const signal = lastSignalAt ? `last signal ${ago(lastSignalAt, now)}` : `connected ${ago(connectedAt, now)}`;
    return [`:large_green_circle: ${name}  ·  ${signal}`];
  }
  if (status === 'away') {
    return [
      `:hourglass: ${name}  ·  stopped answering ${pausedAt ? ago(pausedAt, now) : 'a moment ago'}: ${mrkdwn(reasonWords(vendor, pausedReason) ?? 'no reason given', SENTENCE)}`,
      'What needs it waits in order, and nothing is lost: Baton asks by itself whether it is back, and goes on.',
    ];
  }
  return [
    `:red_circle: ${name}  ·  paused${pausedAt ? ` ${ago(pausedAt, now)}` : ''}: ${mrkdwn(pausedReason ?? 'for no known reason', SENTENCE)}`,
    byLogin
      ? 'What needs it waits, and nothing is lost: it goes on as soon as somebody logs in.'
      : 'What needs it waits, and nothing is lost. Renew its key or connect it again: Baton tries once a minute and goes on by itself.',
  ];
}

function hookKeyBlocks({ by, oldUntil }: HookKeyState): KnownBlock[] {
  if (by === 'environment') {
    return [
      context(
        'Their key is HOOK_KEY, set where Baton runs. After a change the old addresses are taken for a week, so that every service can be told.',
      ),
    ];
  }
  if (oldUntil) {
    const confirm = confirmation(
      'End the old addresses?',
      'A service that still delivers to one is refused from now on, and its leads are late until it has the new address.',
      'End them',
    );
    return [
      row([`The key was replaced. The old addresses are taken until ${moment(oldUntil.toISOString())}.`], {
        ...button(END_OLD_HOOK_KEY, 'End old ones', 'old'),
        confirm,
      }),
    ];
  }
  return [row(['They hold a secret key. Replace it when somebody saw it who should not.'], newKeyButton())];
}

function newKeyButton(): Button {
  const confirm = confirmation(
    'Replace the key?',
    'Each service that delivers to Baton needs the new address within a week; the old ones are taken until then. Pages with forms need nothing.',
    'Replace',
  );
  return { ...button(NEW_HOOK_KEY, 'Replace key', 'new'), confirm };
}

/** What became of a press on Replace key. */
export function keyReplacedText(done: KeyReplaced): string {
  switch (done.kind) {
    case 'done': {
      const where = done.where.map(name => mrkdwn(name, SHORT)).join(', ');
      const todo = where
        ? ` Set the new ones at ${where}: *Webhook set-up* shows them, a CRM is set up again under *Health*.`
        : '';
      return `:key: The hook addresses have a new key.${todo} The old ones are taken until ${moment(done.until.toISOString())}.`;
    }
    case 'environment':
      return 'The key is HOOK_KEY, set where Baton runs: whoever runs it replaces it there.';
    case 'too_soon':
      return `The key was replaced already, and the one before is taken until ${moment(done.until.toISOString())}. End the old addresses first.`;
    case 'not_allowed':
      return `Only ${mrkdwn(done.who, SHORT)} can do this.`;
  }
}
