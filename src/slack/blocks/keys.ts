/** Connecting a vendor with typed keys: its buttons, its form, and what to set at the vendor afterwards. Pure. */
import type { Button, KnownBlock, ModalView } from '@slack/types';
import type { HookSetup } from '../../contracts/hook.ts';
import type { KeyField } from '../../contracts/key-connect.ts';
import type { KeyOffer } from '../../workspaces/key-connect.ts';
import { mrkdwn, plain } from '../escape.ts';
import { actions, button, confirmation, context, plainSection, section } from './block-parts.ts';
import { vendorName } from './block-words.ts';
import { form, input, reading, typed } from './modals/modal-parts.ts';

/** Opens the form of a vendor, which is the value. */
export const TYPE_KEYS = 'type_keys';
export const KEYS_FORM = 'keys_form';
export const FORGET_KEYS = 'forget_keys';
/** Shows what to set at the vendor. */
export const HOOK_SETUP = 'hook_setup';

const NAME = 60;
const LONG = 500;
const SENTENCE = 600;

/** What an admin can do about a vendor that is connected with keys. */
export function keyButtons({ vendor, state, roles }: KeyOffer): KnownBlock {
  const name = plain(vendorName(vendor), NAME);
  if (state === 'built_in') return actions([button(HOOK_SETUP, `${name} set-up`, vendor)]);
  const type = button(TYPE_KEYS, state === 'none' ? `Connect ${name}` : 'Change keys', vendor);
  if (state === 'none') return actions([{ ...type, style: 'primary' }]);
  // Where meetings are booked Baton sets up its webhook by itself.
  const setup = [button(HOOK_SETUP, isScheduler(roles) ? 'Webhook' : 'Webhook set-up', vendor)];
  return actions(state === 'typed' ? [...setup, type, forgetButton(vendor, isScheduler(roles))] : setup);
}

const isScheduler = (roles: readonly string[]) => roles.includes('scheduler');

function forgetButton(vendor: string, ofMeetings: boolean): Button {
  const name = plain(vendorName(vendor), NAME);
  const leads = `No lead of ${name} comes in until somebody connects it again. Leads that are there stay.`;
  const so = ofMeetings ? `Meetings booked with ${name} no longer count. Those that did stay.` : leads;
  const confirm = confirmation(`Disconnect ${name}?`, so, 'Disconnect');
  return { ...button(FORGET_KEYS, 'Disconnect', vendor), style: 'danger', confirm };
}

/** @param refusal what was said to the keys typed before */
export function keysForm(
  vendor: string,
  fields: readonly KeyField[],
  { home, refusal, values = {} }: { home?: string; refusal?: string; values?: Readonly<Record<string, string>> } = {},
): ModalView {
  const name = vendorName(vendor);
  return form(KEYS_FORM, `Connect ${name}`, 'Connect', { home, vendor }, [
    ...(refusal === undefined ? [] : [section(`:warning: ${mrkdwn(refusal, SENTENCE)}`)]),
    section(`Baton tries the keys at ${mrkdwn(name, NAME)} first, where it can be asked, and keeps them sealed.`),
    ...fields.map(({ name: field, label, hint, placeholder, optional }) =>
      input(
        field,
        label,
        typed(field, {
          most: LONG,
          ...(placeholder !== undefined && { placeholder }),
          ...(values[field] !== undefined && { initial: values[field] }),
        }),
        { hint, ...(optional && { optional }) },
      ),
    ),
  ]);
}

/** What to set at the vendor so that leads come at once; every value stands alone, to be copied. */
export function hookSetupModal(
  vendor: string,
  setup: HookSetup | undefined,
  { isNew = false, roles = [] }: { isNew?: boolean; roles?: readonly string[] } = {},
): ModalView {
  const name = vendorName(vendor);
  const done = isNew ? `:white_check_mark: *${mrkdwn(name, NAME)} is connected.* ` : '';
  if (isScheduler(roles)) {
    const so =
      'Nothing is to be set up there: Baton makes its webhook within a minute, and looks after it. From then on a booked meeting counts as first contact, and a cancelled one no longer does. First answers carry a link that can be booked once, where a rep’s calendar link is a page of this account.';
    return reading(`${name} webhook`, 'Close', {}, [section(`${done}${so}`)]);
  }
  if (!setup) {
    const nothing = isNew
      ? 'Baton asks it for news every five minutes.'
      : 'It cannot be asked just now. Try again in a minute.';
    return reading(`${name} webhook`, 'Close', {}, [section(`${done}${nothing}`)]);
  }
  return reading(`${name} webhook`, 'Close', {}, [
    section(`${done}Set this up there, and leads reach their reps in seconds:`),
    section(setup.steps.map((step, index) => `${index + 1}. ${step}`).join('\n')),
    ...setup.values.flatMap(({ label, value, secret }) => [
      context(`*${mrkdwn(label, NAME)}*${secret ? ' (a secret: for this place alone)' : ''}`),
      plainSection(value),
    ]),
  ]);
}
