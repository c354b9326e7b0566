/** Before a person is erased: who, what goes, what stays, and what is left to do by hand. */
import type { ModalView } from '@slack/types';
import { serviceName } from '../../../domain/service-name.ts';
import type { PersonKept } from '../../../workspaces/privacy.ts';
import { mrkdwn } from '../../escape.ts';
import { section } from '../block-parts.ts';
import { count } from '../block-words.ts';
import { form } from './modal-parts.ts';

export const ERASE = 'privacy_erase';
export const ERASE_TITLE = 'Erase a person';
const NAME = 120;

export function eraseModal(kept: PersonKept): ModalView {
  const { address, names, counts, sources, links } = kept;
  const who = [...names.map(name => `*${mrkdwn(name, NAME)}*`), mrkdwn(address, NAME)].join(', ');
  const goes = [
    count(counts.handoffs, 'handoff'),
    counts.timeline === 1 ? '1 timeline entry' : `${counts.timeline} timeline entries`,
    counts.touches === 1 ? '1 touch' : `${counts.touches} touches`,
    count(counts.emails, 'mail'),
    count(counts.inbox, 'signal'),
    count(counts.cards, 'card'),
  ];
  const byHand = [
    ...links.slice(0, 10).map((link, at) => `<${link}|CRM record${links.length > 1 ? ` ${at + 1}` : ''}>`),
    ...sources.map(source => `their contact in ${mrkdwn(serviceName(source), NAME)}`),
  ];
  return form(ERASE, ERASE_TITLE, 'Erase', { address }, [
    section(`This erases ${who} from Baton. It cannot be undone.`),
    section(
      `*Erased here and in Slack:* ${goes.join(', ')}, and what waits to be done about them. Open leads are closed.`,
    ),
    section(
      '*Stays:* the counts in reports, which name nobody. Polls, late webhooks and the CRM do not bring them back; a form they send themselves does.',
    ),
    byHand.length > 0 ? section(`*Delete these yourself:* ${byHand.join(', ')}.`) : undefined,
  ]);
}
