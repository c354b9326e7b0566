/** "Open in Baton", wherever it stands: a link for the presser alone. */
import type { Requester } from '../../../handoff/core/rights.ts';
import { noticeModal } from '../../blocks/modals/notice.ts';
import { type PageTarget, pageLinkModal, pageTargetIn } from '../../blocks/open-page.ts';
import type { SlackDeps } from '../../deps.ts';
import { openModal } from '../../forms.ts';
import { type Press, requesterOf } from '../types.ts';

const GONE = 'That answer is no longer kept, or no longer yours to see. Ask again.';

/** In a modal it lies on top of what was pressed. */
export async function openPage(press: Press, deps: SlackDeps): Promise<void> {
  await press.ack();
  const by = requesterOf(press);
  const target = pageTargetIn(press.action.value ?? '');
  const path = target && (await pathOf(deps, by, target));
  const view = path ? pageLinkModal(await deps.pageLink(by, path)) : noticeModal('Open in Baton', GONE);
  const { client, body } = press;
  if (body.view?.type === 'modal') await client.views.push({ trigger_id: body.trigger_id, view });
  else await openModal(client, body.trigger_id, view);
}

/** The page itself looks who may see what is there. */
async function pathOf(deps: SlackDeps, by: Requester, target: PageTarget): Promise<string | undefined> {
  switch (target.kind) {
    case 'lead':
      return `/page/leads/${target.id}`;
    case 'question':
      return deps.questions.path(by, target.id);
    case 'days':
      return `/page/?${new URLSearchParams({ period: target.days })}`;
    case 'start':
      return '/page/';
  }
}
