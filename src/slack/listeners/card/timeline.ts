import type { ModalView } from '@slack/types';
import type { Requester } from '../../../handoff/core/rights.ts';
import { detailsModal } from '../../blocks/modals/details.ts';
import { noticeModal } from '../../blocks/modals/notice.ts';
import { timelineModal, whyModal } from '../../blocks/modals/timeline.ts';
import type { SlackDeps } from '../../deps.ts';
import { handoffIn } from '../../forms.ts';
import { namesIn } from '../names.ts';
import { type About, drawAbout, type Opener, opener, openingOf } from '../opening.ts';
import { handoffIdOf, type Listener, type Press, requesterOf } from '../types.ts';

/** Why me?: opens from wherever a trigger comes from. */
export const openWhy = opener(({ by, deps }) => ({
  title: 'Why this rep?',
  work: false,
  draw: async ({ lead, playbook }) => {
    const [timeline, crm] = await Promise.all([
      deps.queries.timeline(by.workspaceId, lead.id),
      deps.queries.crm(by.workspaceId),
    ]);
    if (!timeline)
      return noticeModal('Why this rep?', 'Baton does not know this lead any more. It may have been erased.');
    return whyModal({ lead, timeline, crmWords: crm.words, nameOf: namesIn(playbook) });
  },
}));

/** The whole timeline of a lead, its last page first. */
export const openTimeline = opener(({ by, deps }) => timelineOf(deps, by));

/** All that the card leaves out. */
export const openDetails = opener(({ by, deps }) => detailsOf(deps, by));

function detailsOf({ queries }: SlackDeps, by: Requester): About {
  return {
    title: 'Details',
    work: false,
    draw: async ({ lead, card, zone }) => {
      const timeline = await queries.timeline(by.workspaceId, lead.id);
      if (!card) return noticeModal('Details', 'This lead is being prepared. Please try again in a moment.');
      return detailsModal({ lead, card, zone, entries: timeline?.entries ?? [] });
    },
  };
}

/** What was done by a button of Details shows there. */
export async function redrawDetails(press: Press, deps: SlackDeps): Promise<void> {
  const { view } = press.body;
  if (view?.type !== 'modal') return;
  const by = requesterOf(press);
  const drawn = await drawAbout(deps, by, handoffIn(view), detailsOf(deps, by));
  await press.client.views.update({ view_id: view.id, view: drawn });
}

/** A button of Details: what it opens lies on top, so that closing it leads back. */
export const pushed =
  (open: Opener): Listener<Press> =>
  async (press, deps) => {
    await press.ack();
    await open({ ...openingOf(press, deps), onTop: true }, handoffIdOf(press));
  };

/** Earlier and Later in the timeline: the modal shows another page. */
export async function turnTimeline(press: Press, deps: SlackDeps): Promise<void> {
  await press.ack();
  const { client, action, body } = press;
  if (!body.view) return;
  const handoffId = handoffIn(body.view);
  const by = requesterOf(press);
  const view: ModalView = await drawAbout(deps, by, handoffId, timelineOf(deps, by, Number(action.value)));
  await client.views.update({ view_id: body.view.id, view });
}

function timelineOf({ queries }: SlackDeps, requester: Requester, page?: number): About {
  return {
    title: 'Timeline',
    work: false,
    draw: async ({ lead, zone }) => {
      const timeline = await queries.timeline(requester.workspaceId, lead.id);
      return timelineModal({ lead, zone, entries: timeline?.entries ?? [], ...(page !== undefined && { page }) });
    },
  };
}
