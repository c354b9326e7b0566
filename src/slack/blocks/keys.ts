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
  const setup = [button(HOOK_SETUP, SETUP_WORDS[useOf(roles)], vendor)];
  return actions(state === 'typed' ? [...setup, type, forgetButton(vendor, useOf(roles))] : setup);
}

/** What a vendor is first of all to whoever connects it with keys. */
type Use = 'source' | 'scheduler' | 'sequencer' | 'enricher';

function useOf(roles: readonly string[]): Use {
  if (roles.includes('source')) return 'source';
  if (roles.includes('scheduler')) return 'scheduler';
  return roles.includes('enricher') ? 'enricher' : 'sequencer';
}

export const SETUP_WORDS: Record<Use, string> = {
  source: 'Webhook set-up',
  scheduler: 'Webhook',
  sequencer: 'What it does',
  enricher: 'What it does',
};

/** Where nothing is to be set up at the vendor: what Baton does with it. */
const USED_FOR: Record<Exclude<Use, 'source'>, string> = {
  scheduler:
    'Nothing is to be set up there: Baton makes its webhook within a minute, and looks after it. From then on a booked meeting counts as first contact, and a cancelled one no longer does. First answers carry a link that can be booked once, where a rep’s calendar link is a page of this account.',
  sequencer:
    'Nothing is to be set up there. Name its sequences under *Follow-up* on the Rules page: whoever claims such a lead can then add them by a button on the card. Nobody is added by itself.',
  enricher:
    'Nothing is to be set up there. Name it under `enrichment` in the playbook, and Baton asks it about companies; name its sequences under *Follow-up*, and reps can add leads to them.',
};

function forgetButton(vendor: string, use: Use): Button {
  const name = plain(vendorName(vendor), NAME);
  const leads = `No lead of ${name} comes in until somebody connects it again. Leads that are there stay.`;
  const so = {
    source: leads,
    scheduler: `Meetings booked with ${name} no longer count. Those that did stay.`,
    sequencer: `Nobody can be added to its sequences, and those that run are not followed or ended any more.`,
    enricher: `${name} is asked about no company any more, and nobody can be added to its sequences.`,
  }[use];
  const confirm = confirmation(`Disconnect ${name}?`, so, 'Disconnect');
  return { ...button(FORGET_KEYS, 'Disconnect', vendor), style: 'danger', confirm };
}

/** @param refusal what was said to the keys typed before */
export function keysForm(
  vendor: string,
  fields: readonly KeyField[],
  {
    home,
    refusal,
    onlySends = false,
    values = {},
  }: { home?: string; refusal?: string; onlySends?: boolean; values?: Readonly<Record<string, string>> } = {},
): ModalView {
  const name = vendorName(vendor);
  return form(KEYS_FORM, `Connect ${name}`, 'Connect', { home, vendor }, [
    ...(refusal === undefined ? [] : [section(`:warning: ${mrkdwn(refusal, SENTENCE)}`)]),
    section(
      onlySends
        ? 'Baton keeps it sealed. The first form that arrives shows whether it fits.'
        : `Baton tries the keys at ${mrkdwn(name, NAME)} first, and keeps them sealed.`,
    ),
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
  const use = roles.length > 0 ? useOf(roles) : 'source';
  if (use !== 'source') return reading(`${name} set-up`, 'Close', {}, [section(`${done}${USED_FOR[use]}`)]);
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
