/** Connecting by logging in at a vendor's page: its buttons and its modal. Buttons carry a vendor, never a link. Pure. */
import type { Button, KnownBlock, ModalView } from '@slack/types';
import type { Connecting } from '../../contracts/notifier.ts';
import type { Offer, PersonalLoginCount, Ticketed, Whose } from '../../workspaces/connect.ts';
import type { Access, LoggedOut } from '../../workspaces/connect-keep.ts';
import { mrkdwn, plain } from '../escape.ts';
import { packOrigin } from '../forms.ts';
import { actions, button, confirmation, label, section } from './block-parts.ts';
import { count, vendorName } from './block-words.ts';
import { HOOK_SETUP, SETUP_WORDS } from './keys.ts';
import { noticeModal } from './modals/notice.ts';

/** Asks for a personal link to connect the workspace, or to connect oneself: the value is the vendor. */
export const CONNECT = { workspace: 'connect_workspace', mine: 'connect_mine' } as const satisfies Record<
  Whose,
  string
>;
export const DISCONNECT = { workspace: 'disconnect_workspace', mine: 'disconnect_mine' } as const satisfies Record<
  Whose,
  string
>;
/** The link itself: Slack opens it, and tells. */
export const CONNECT_GO = 'connect_go';
export const CONNECT_DONE = 'connect_done';
/** "Not now", under an offer. */
export const CONNECT_LATER = 'connect_later';

const NAME = 75;
const SHORT = 120;
const SENTENCE = 400;

/** Under a notice of a connection that is paused, or under an offer to one person, who may say no to it. */
export function connectOffer({ vendor, whose, again = false }: Connecting): KnownBlock {
  const name = plain(vendorName(vendor), NAME);
  const connect = button(CONNECT[whose], `${again ? 'Reconnect' : 'Connect'} ${name}`, vendor);
  return actions([
    { ...connect, style: 'primary' },
    ...(whose === 'mine' ? [button(CONNECT_LATER, 'Not now', vendor)] : []),
  ]);
}

const isMailbox = (roles: readonly string[]): boolean => roles.includes('mailbox');

/** On a person's Home: whether the mails they send leave from their own mailbox. */
function mailboxBlocks({ vendor, login }: Offer): KnownBlock[] {
  const name = mrkdwn(vendorName(vendor), SHORT);
  if (login?.status === 'active') {
    const so = 'Mails you send to leads from Slack then leave through the mail server, if there is one.';
    return [
      section(`:email: Mails you send to leads leave from *your own ${name}*. Baton can send there and read nothing.`),
      actions([disconnectButton('mine', vendor, so)]),
    ];
  }
  const lapsed = login && !login.wiped;
  const said = lapsed
    ? `:warning: *${name}* does not accept your log-in any more (${mrkdwn(login.reason ?? 'no reason given', SENTENCE)}). Your mails leave through the mail server, if there is one.`
    : `:email: Connect your own *${name}*, and mails to your leads leave from there. Baton can send and read nothing.`;
  const connect = button(
    CONNECT.mine,
    lapsed ? 'Connect again' : `Connect my ${plain(vendorName(vendor), NAME)}`,
    vendor,
  );
  return [section(said), actions([lapsed ? { ...connect, style: 'primary' } : connect])];
}

/** On a person's Home: whether what they do stands under their own name there. */
export function personalLoginBlocks(offer: Offer): KnownBlock[] {
  if (isMailbox(offer.roles)) return mailboxBlocks(offer);
  const { vendor, login } = offer;
  const name = mrkdwn(vendorName(vendor), SHORT);
  const label = plain(vendorName(vendor), NAME);
  if (login?.status === 'active') {
    return [
      section(`:bust_in_silhouette: What you log appears in *${name}* under *your own name*.`),
      actions([disconnectButton('mine', vendor)]),
    ];
  }
  const lapsed = login && !login.wiped;
  const said = lapsed
    ? `:warning: *${name}* does not accept your log-in any more (${mrkdwn(login.reason ?? 'no reason given', SENTENCE)}). What you log appears there as made by Baton.`
    : `:bust_in_silhouette: Connect *${name}* so the calls you log show up as yours.`;
  const connect = button(CONNECT.mine, lapsed ? 'Connect again' : `Connect my ${label} user`, vendor);
  return [section(said), actions([lapsed ? { ...connect, style: 'primary' } : connect])];
}

/** The same in a line. */
export function personalLoginText({ vendor, login, roles }: Offer): string {
  const name = mrkdwn(vendorName(vendor), SHORT);
  if (isMailbox(roles)) {
    return login?.status === 'active'
      ? `Mails to your leads leave from your own ${name}`
      : `Mails to your leads do not leave from ${name}; connect it on the *Home* tab`;
  }
  return login?.status === 'active'
    ? `What you log appears in ${name} under your own name`
    : `Connect ${name} on the *Home* tab so the calls you log show up as yours`;
}

/** For those who look after Baton. */
export function personalLoginsLine({ vendor, connected, of, roles }: PersonalLoginCount): string {
  const name = mrkdwn(vendorName(vendor), SHORT);
  const who = connected === 0 ? 'Nobody' : connected === of ? `All ${of}` : `${connected} of the ${of}`;
  const verb = connected > 1 ? 'have' : 'has';
  if (isMailbox(roles)) {
    return `${who}${connected === 0 ? ' of the playbook’s people' : ' people of the playbook'} ${verb} connected their own ${name}.`;
  }
  const rest =
    connected === of ? '' : ` What ${connected === 0 ? 'people log' : 'the others log'} appears as made by Baton.`;
  return `${who}${connected === 0 ? ' of the playbook’s people' : ' people of the playbook'} ${verb} connected their own ${name} user.${rest}`;
}

/** The offer, once somebody said no to it. */
export function laterText(vendor: string, roles: readonly string[] = []): string {
  if (isMailbox(roles)) {
    return `All right: mails to your leads do not leave from ${mrkdwn(vendorName(vendor), SHORT)}. You can connect it on Baton’s Home tab whenever you like.`;
  }
  return `All right: what you log shows up in ${mrkdwn(vendorName(vendor), SHORT)} as Baton’s. To change that, connect on Baton’s Home tab.`;
}

/** What an admin can do about a connection made by logging in. */
export function connectionButtons({ vendor, login, roles, hasHookSetup }: Offer): KnownBlock {
  const name = plain(vendorName(vendor), NAME);
  if (login?.status !== 'active') {
    const label = login ? `Reconnect ${name}` : `Connect ${name}`;
    return actions([{ ...button(CONNECT.workspace, label, vendor), style: 'primary' }]);
  }
  const setup = hasHookSetup ? [button(HOOK_SETUP, SETUP_WORDS.source, vendor)] : [];
  const lost =
    roles.includes('source') && !roles.includes('crm')
      ? `No lead of ${name} comes in until somebody connects it again. Leads that are there stay.`
      : undefined;
  return actions([
    ...setup,
    button(CONNECT.workspace, 'Reconnect', vendor),
    disconnectButton('workspace', vendor, lost),
  ]);
}

/**
 * Asks before it does.
 * @param consequence of disconnecting, where it is another than of a CRM
 */
export function disconnectButton(whose: Whose, vendor: string, consequence?: string): Button {
  const name = plain(vendorName(vendor), NAME);
  const usual =
    whose === 'workspace'
      ? `Leads still reach their reps. What is to be written to ${name} waits until somebody connects it again.`
      : `What you do from Slack is then written in the name of Baton’s own user.`;
  return {
    ...button(DISCONNECT[whose], 'Disconnect', vendor),
    style: 'danger',
    confirm: confirmation(`Disconnect ${name}?`, consequence ?? usual, 'Disconnect'),
  };
}

/** The personal link, or why there is none. Only the person who pressed sees it. */
export function ticketModal(vendor: string, whose: Whose, ticketed: Ticketed, home?: string): ModalView {
  const name = vendorName(vendor);
  if (ticketed.kind !== 'ticket') return noticeModal('Connect', refusedTicket(name, ticketed));
  const { url, minutes } = ticketed;
  const as =
    whose === 'workspace'
      ? `You log in to ${mrkdwn(name, SHORT)} as the user Baton shall work as, best one of its own.`
      : `You log in to ${mrkdwn(name, SHORT)} as yourself: what you do from Slack then stands there under your name.`;
  const view = noticeModal(
    `Connect ${name}`,
    `${as}\nThis link is for you alone, works once, and for ${count(minutes, 'minute')}. Press Done when you are back.`,
  );
  const go = { ...button(CONNECT_GO, `Continue to ${plain(name, NAME)}`), url, style: 'primary' as const };
  return {
    ...view,
    blocks: [...view.blocks, actions([go])],
    callback_id: CONNECT_DONE,
    private_metadata: packOrigin({ home }),
    submit: label('Done'),
  };
}

function refusedTicket(name: string, ticketed: Exclude<Ticketed, { kind: 'ticket' }>): string {
  switch (ticketed.kind) {
    case 'not_allowed':
      return `Only ${mrkdwn(ticketed.who, SHORT)} can connect ${mrkdwn(name, SHORT)}.`;
    case 'not_offered':
      return `${mrkdwn(name, SHORT)} is not connected by logging in here: whoever runs Baton gave it a key, and can renew that.`;
    case 'second':
      return mrkdwn(ticketed.why, SENTENCE);
    case 'too_many':
      return `You asked for many links within the hour. Use the newest, or try again in ${count(ticketed.minutes, 'minute')}.`;
  }
}

/** What became of a press on Disconnect. */
export function loggedOutText(vendor: string, whose: Whose, done: LoggedOut): string {
  const name = mrkdwn(vendorName(vendor), SHORT);
  switch (done.kind) {
    case 'not_allowed':
      return `Only ${mrkdwn(done.who, SHORT)} can disconnect ${name}.`;
    case 'not_connected':
      return `${name} was not connected.`;
    case 'done': {
      const waits = whose === 'workspace' ? ' What is to be written there waits; leads still reach their reps.' : '';
      return `:electric_plug: ${name} is disconnected, and its tokens are wiped.${waits}${stillThere(name, done.access)}`;
    }
  }
}

/** What is to be known of the access that stays at the vendor. */
function stillThere(name: string, access: Access): string {
  switch (access) {
    case 'revoked':
      return '';
    case 'shared':
      return ` Baton stays installed in ${name}: it is connected there for somebody else, too.`;
    case 'kept':
      return ` ${name} could not be told: take the access back there, too, among the apps you have allowed.`;
  }
}
