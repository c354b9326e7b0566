/** How every modal about a lead opens: who asks, which lead, and whether there is still something to do. */
import type { ModalView } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import { personOf } from '../../config/playbook/people.ts';
import type { Playbook } from '../../config/playbook.ts';
import type { Card } from '../../contracts/notifier.ts';
import type { HandoffSummary } from '../../db/handoffs/handoff-list.ts';
import type { HandoffState } from '../../domain/handoff.ts';
import type { Refusal } from '../../handoff/commands.ts';
import { type Actor, mayAct, type Requester } from '../../handoff/core/rights.ts';
import { noticeModal } from '../blocks/modals/notice.ts';
import { strangerText } from '../blocks/notices.ts';
import { refusalText } from '../blocks/refusals.ts';
import type { SlackDeps } from '../deps.ts';
import { type Origin, openModal } from '../forms.ts';
import { originOfPress } from './answer.ts';
import { handoffIdOf, type Listener, type Pick, type Press, requesterOf } from './types.ts';

/** What is nobody's work any more; only reading is left, and reopening. */
const OVER: readonly HandoffState[] = ['won', 'lost', 'rejected', 'nurture'];

/** Somebody who asks, with a trigger that lives three seconds. */
export interface Opening {
  client: WebClient;
  triggerId: string;
  by: Requester;
  deps: SlackDeps;
  /** On top of the modal that was pressed, which stays below. */
  onTop?: boolean;
}

/** A person of the playbook, in their own time zone. */
export interface Asker {
  actor: Actor;
  playbook: Playbook;
  zone: string;
  now: Date;
}

export interface Subject extends Asker {
  lead: HandoffSummary;
  /** Absent while the lead is being prepared. */
  card: Card | undefined;
}

/** Opens what `draw` makes for a person of the playbook; a stranger hears who may. */
export async function openFor(
  { client, triggerId, by, deps }: Opening,
  title: string,
  draw: (asker: Asker) => ModalView | Promise<ModalView>,
): Promise<void> {
  const asker = await askerOf(deps, by);
  await openModal(client, triggerId, asker ? await draw(asker) : noticeModal(title, strangerText()));
}

/** Opens a modal about one lead, from wherever a trigger comes from. */
export type Opener = (opening: Opening, handoffId: string, origin?: Origin) => Promise<void>;

/** An opener of what `about` says, given who asks and what the modal is to remember. */
export function opener(about: (opening: Opening, origin: Origin) => About): Opener {
  return async (opening, handoffId, origin = {}) => {
    const { client, triggerId, by, deps, onTop } = opening;
    const view = await drawAbout(deps, by, handoffId, about(opening, { ...origin, handoffId }));
    await (onTop ? client.views.push({ trigger_id: triggerId, view }) : openModal(client, triggerId, view));
  };
}

/** A button of a lead that opens it; what a modal's button opens lies on top of it. */
export function onPress(open: Opener): Listener<Press> {
  return async (press, deps) => {
    await press.ack();
    const handoffId = handoffIdOf(press);
    const onTop = press.body.view?.type === 'modal';
    await open({ ...openingOf(press, deps), onTop }, handoffId, originOfPress(press, handoffId));
  };
}

export function openingOf(press: Press | Pick, deps: SlackDeps): Opening {
  return { client: press.client, triggerId: press.body.trigger_id, by: requesterOf(press), deps };
}

export interface About {
  title: string;
  /** Only while there is something to do: of a closed lead it says what happened since. */
  work: boolean;
  draw: (subject: Subject) => ModalView | Promise<ModalView>;
}

/** What an opener opens, for a modal that is drawn anew. */
export async function drawAbout(
  deps: SlackDeps,
  requester: Requester,
  handoffId: string,
  view: About,
): Promise<ModalView> {
  const { title, work, draw } = view;
  const [asker, lead, card] = await Promise.all([
    askerOf(deps, requester),
    deps.queries.lead(requester.workspaceId, handoffId),
    deps.queries.card(requester.workspaceId, handoffId),
  ]);
  if (!asker) return noticeModal(title, strangerText());
  if (!lead) return noticeModal(title, refusalText({ kind: 'not_found' }, asker.now));
  if (work && OVER.includes(lead.state)) {
    return noticeModal(title, refusalText(closedRefusal(lead.state, card), asker.now));
  }
  // Better than after all is filled in. It is read again when the modal is sent off.
  const may = work ? mayAct(asker.actor, lead, asker.playbook) : { ok: true as const };
  if (!may.ok) return noticeModal(title, refusalText({ kind: 'not_allowed', who: may.who }, asker.now));
  return draw({ ...asker, lead, card });
}

/** Who asks; undefined for a stranger. */
export async function askerOf({ queries, clock }: SlackDeps, requester: Requester): Promise<Asker | undefined> {
  const [actor, { playbook }] = await Promise.all([queries.who(requester), queries.playbook(requester.workspaceId)]);
  if (!actor) return undefined;
  const zone = personOf(playbook, actor.email)?.time_zone ?? actor.zone ?? 'UTC';
  return { actor, playbook, zone, now: clock.now() };
}

/** What happened since, from what the card would say. */
export function closedRefusal(state: HandoffState, card: Card | undefined): Refusal {
  const closed = card?.closed;
  return {
    kind: 'closed',
    state,
    ...(closed && { by: closed.name, at: new Date(closed.at) }),
    ...(closed?.reason !== undefined && { reason: closed.reason }),
  };
}
