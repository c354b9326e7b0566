/** "Open in Baton": a button under what the shared page shows as well, and the link that only its presser sees. Pure. */
import type { Button, ModalView } from '@slack/types';
import type { PageLink } from '../../workspaces/page-access.ts';
import { mrkdwn } from '../escape.ts';
import { actions, button } from './block-parts.ts';
import { count } from './block-words.ts';
import { noticeModal } from './modals/notice.ts';
import { strangerText } from './notices.ts';

export const OPEN_PAGE = 'open_page';
/** The link itself: Slack opens it, and tells. */
export const PAGE_LINK = 'page_link';

const TITLE = 'Open in Baton';
const NAME = 75;

/** Where it leads: a lead or an answer by its id, a report by its days, or the beginning. */
export type PageTarget = { kind: 'lead' | 'question'; id: string } | { kind: 'days'; days: string } | { kind: 'start' };

export function openPageButton(target: PageTarget): Button {
  const value =
    target.kind === 'start' ? 'start' : `${target.kind}:${target.kind === 'days' ? target.days : target.id}`;
  return button(OPEN_PAGE, TITLE, value);
}

const ID = /^[0-9a-f-]{36}$/;
const DAYS = /^\d{4}-\d\d-\d\d\/\d{4}-\d\d-\d\d$/;

/** Undefined for what no button of ours carries. */
export function pageTargetIn(value: string): PageTarget | undefined {
  const [kind, of = ''] = value.split(/:(.*)/s);
  if (kind === 'start') return { kind };
  if ((kind === 'lead' || kind === 'question') && ID.test(of)) return { kind, id: of };
  return kind === 'days' && DAYS.test(of) ? { kind, days: of } : undefined;
}

export function pageLinkModal(link: PageLink): ModalView {
  if (link.kind === 'stranger') return noticeModal(TITLE, strangerText());
  if (link.kind === 'too_many') {
    return noticeModal(
      TITLE,
      `You asked for many links within the hour. Try again in ${count(link.minutes, 'minute')}.`,
    );
  }
  const view = noticeModal(
    TITLE,
    `The page opens in your browser and signs you in as *${mrkdwn(link.name, NAME)}*.\nThis link is for you alone, works once, and for ${count(link.minutes, 'minute')}.`,
  );
  const go = { ...button(PAGE_LINK, 'Open Baton'), url: link.url, style: 'primary' as const };
  return { ...view, blocks: [...view.blocks, actions([go])] };
}
