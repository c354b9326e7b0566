/** The Slack side of a handoff: cards, each once in each place, and their redrawing. */
import { beginCard, cardPosted, postedCards } from '../db/cards.ts';
import { type Handoff, handoffById } from '../db/handoffs.ts';
import { notice } from '../db/notices.ts';
import { tell } from '../db/timeline.ts';
import { enqueue } from '../jobs/queue.ts';
import { Rejected } from '../lib/errors.ts';
import { cardOf } from './card.ts';
import type { Deps } from './deps.ts';
import { slackIdOf } from './directory.ts';
import type { Facts } from './facts.ts';
import type { Card, Notifier, Place } from './notifier.ts';

type Of = { workspaceId: string; handoffId: string };

interface Delivery {
  handoff: Handoff<Facts>;
  notifier: Notifier;
  card: Card;
  places: Place[];
}

/** Puts the card wherever the playbook says; safe to repeat. One Slack call a place. */
export async function notify(deps: Deps, of: Of, attempt: number): Promise<void> {
  const delivery = await prepare(deps, of);
  if (!delivery) return;
  let posted = 0;
  for (const place of delivery.places) {
    if (await deliver(deps, delivery, place, attempt > 1)) posted += 1;
  }
  // Somebody asked for a card that is there already: then what it shows may be old.
  if (posted === 0) await refresh(deps, of);
}

async function prepare(deps: Deps, { workspaceId, handoffId }: Of): Promise<Delivery | undefined> {
  const handoff = await handoffById<Facts>(deps.db, workspaceId, handoffId);
  if (!handoff?.decision || !['assigned', 'claimed', 'contacted'].includes(handoff.state)) return undefined;
  const { notifier, crm } = await deps.vendors(workspaceId);
  const { playbook } = await deps.playbook(workspaceId, handoff.playbookVersion);
  const repSlackId = handoff.repEmail ? await slackIdOf(deps, workspaceId, handoff.repEmail) : undefined;
  const card = cardOf(handoff, handoff.decision, {
    playbook,
    publicUrl: deps.publicUrl,
    crmName: crm?.name,
    repSlackId,
  });
  const channel = (handoff.team && playbook.teams[handoff.team]?.channel) || playbook.notify.channel;
  const toChannel: Place[] = channel ? [{ kind: 'channel', channel }] : [];
  const toRep: Place[] = repSlackId ? [{ kind: 'dm', slackId: repSlackId }] : [];
  const wanted = playbook.notify.assigned;
  const places =
    !handoff.repEmail || wanted === 'channel' ? toChannel : wanted === 'both' ? [...toRep, ...toChannel] : toRep;
  return {
    handoff,
    notifier,
    card,
    places: places.length > 0 ? places : await whoeverIsLeft(deps, workspaceId, toChannel),
  };
}

/** A lead is never left without anybody: the channel, else the admins' DMs. */
async function whoeverIsLeft(deps: Deps, workspaceId: string, toChannel: Place[]): Promise<Place[]> {
  if (toChannel.length > 0) return toChannel;
  const { playbook } = await deps.playbook(workspaceId);
  const admins = await Promise.all(playbook.admins.map(email => slackIdOf(deps, workspaceId, email)));
  const places = admins.filter(id => id !== undefined).map(slackId => ({ kind: 'dm' as const, slackId }));
  if (places.length > 0) return places;
  throw new Rejected(
    'no Slack place is left for this card: neither the rep, nor a channel, nor an admin could be found',
    {
      service: 'slack',
      code: 'nowhere_to_post',
    },
  );
}

const placeKey = (place: Place) => (place.kind === 'dm' ? `dm:${place.slackId}` : `channel:${place.channel}`);

/** Posts to one place unless the card is there; answers whether it posted now. */
async function deliver(deps: Deps, delivery: Delivery, place: Place, triedBefore: boolean): Promise<boolean> {
  const { handoff, notifier, card } = delivery;
  const { workspaceId, id: handoffId } = handoff;
  const begun = await beginCard(deps.db, workspaceId, handoffId, placeKey(place));
  if (begun.posted) return false;
  try {
    const posted = await notifier.post(place, card, begun.begunBefore || triedBefore);
    await deps.db.transaction(async trx => {
      const at = deps.clock.now();
      await cardPosted(trx, workspaceId, handoffId, placeKey(place), posted, at);
      await tell(
        trx,
        { workspaceId, handoffId, leadId: handoff.leadId },
        {
          kind: 'card_posted',
          at,
          actor: 'baton',
          text: `Card posted ${place.kind === 'dm' ? `to ${card.rep?.name ?? 'an admin'}` : `in ${place.channel}`}${card.crm.state === 'pending' ? `, ${card.crm.name} pending` : ''}`,
          detail: { ...posted, place: placeKey(place) },
        },
      );
    });
    return true;
  } catch (error) {
    if (error instanceof Rejected) return refused(deps, delivery, place, error);
    throw error;
  }
}

/** A DM that Slack refuses for good goes to the channel or the admins; a refused channel goes to the admins. */
async function refused(deps: Deps, delivery: Delivery, place: Place, error: Rejected): Promise<boolean> {
  const { handoff } = delivery;
  const { workspaceId, id: handoffId } = handoff;
  const at = deps.clock.now();
  await deps.db.transaction(async trx => {
    await tell(
      trx,
      { workspaceId, handoffId, leadId: handoff.leadId },
      {
        kind: 'card_failed',
        at,
        actor: 'slack',
        text: `Slack refused the card (${error.message}); it goes elsewhere.`,
        detail: { place: placeKey(place), code: error.code },
      },
    );
    await notice(
      trx,
      workspaceId,
      {
        key: `card_refused:${placeKey(place)}:${error.code}`,
        text: `Slack refuses Baton's cards ${place.kind === 'dm' ? `to ${handoff.repEmail}` : `in ${place.channel}`} (${error.message}). They go elsewhere meanwhile; please mend the cause.`,
      },
      at,
    );
    await enqueue(trx, { name: 'admin.tell', payload: { workspaceId }, key: `tell:${workspaceId}` });
  });
  const { playbook } = await deps.playbook(workspaceId, handoff.playbookVersion);
  const channel = place.kind === 'dm' ? playbook.notify.channel : undefined;
  const others = await whoeverIsLeft(deps, workspaceId, channel ? [{ kind: 'channel', channel }] : []);
  const next = others.find(other => placeKey(other) !== placeKey(place));
  if (!next) throw error;
  return deliver(deps, delivery, next, false);
}

/** Redraws every posted card of the handoff. One Slack call a card. */
export async function refresh(deps: Deps, of: Of): Promise<void> {
  const delivery = await prepare(deps, of);
  if (!delivery) return;
  for (const card of await postedCards(deps.db, of.workspaceId, of.handoffId)) {
    await delivery.notifier.update({ channel: card.channel, ts: card.ts }, delivery.card);
  }
}
