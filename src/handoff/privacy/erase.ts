/** Erasing a person: asked for by an admin, an operator or a source, done by a job, told to the admins. */
import { transact } from '../../db/conflict.ts';
import type { Db } from '../../db/connection.ts';
import { erasePerson } from '../../db/privacy/erase.ts';
import { askErasure, type Erasure, erasureById, finishErasure, lockErasure } from '../../db/privacy/erasures.ts';
import { isUnknown, type KnownPerson, knownPerson, type Subject } from '../../db/privacy/person.ts';
import { recordsOf } from '../../db/privacy/places.ts';
import { forgetSlackMessages, slackMessagesOf } from '../../db/privacy/slack-messages.ts';
import { placeTombstones } from '../../db/privacy/tombstones.ts';
import { notice } from '../../db/workspaces/notices.ts';
import { serviceName } from '../../domain/service-name.ts';
import type { ErasureRef, HandoffRef } from '../../jobs/catalogue.ts';
import { enqueue, enqueueMany } from '../../jobs/queue.ts';
import { eraseInSlack, notifyAdmins, postAlertDigest } from '../../jobs/requests.ts';
import { toError } from '../../lib/errors.ts';
import { redrawPostedCards } from '../cards/redraw-cards.ts';
import type { Deps } from '../core/deps.ts';
import { endSequencesOfErased } from '../core/erased-sequence.ts';

/**
 * Everything that is kept of the person, in one transaction, with what keeps them from coming back; Slack follows by a job
 * for each handoff. Safe to repeat: what is done is not done again.
 */
export async function eraseAsked(deps: Deps, { workspaceId, erasureId }: ErasureRef): Promise<void> {
  const asked = await erasureById(deps.db, workspaceId, erasureId);
  if (!asked?.subject) return;
  const before = await knownPerson(deps.db, workspaceId, asked.subject);
  const links = await recordLinks(deps, workspaceId, before);
  const now = deps.clock.now();
  const counts = await transact(deps.db, trx => eraseNow(trx, workspaceId, { erasureId, links, at: now }));
  if (counts) deps.log.info({ workspaceId, erasureId, counts }, 'a person was erased');
}

async function eraseNow(
  trx: Db,
  workspaceId: string,
  { erasureId, links, at }: { erasureId: string; links: readonly string[]; at: Date },
): Promise<Record<string, number> | undefined> {
  const erasure = await lockErasure(trx, workspaceId, erasureId);
  if (!erasure?.subject) return undefined;
  const person = await knownPerson(trx, workspaceId, erasure.subject);
  await placeTombstones(trx, workspaceId, person, { erasureId, erasedAt: at });
  const sequences = await endSequencesOfErased(trx, workspaceId, person);
  const counts = await erasePerson(trx, workspaceId, person, at);
  await finishErasure(trx, workspaceId, erasureId, { counts, at });
  await redrawAsErased(trx, workspaceId, person);
  // A vendor in two roles tells it twice; what nobody asked for here, and was nobody, is no news.
  if (erasure.why === 'source' && isUnknown(person)) return counts;
  const text = [erasedText(erasure, person, links), ...sequences].join(' ');
  await notice(trx, workspaceId, { key: `erased:${erasureId}`, text }, at);
  await enqueue(trx, notifyAdmins(workspaceId));
  return counts;
}

/** Where the CRM shows their records; without those that it does not tell just now. */
async function recordLinks(deps: Deps, workspaceId: string, person: KnownPerson): Promise<string[]> {
  const { crm } = await deps.vendors(workspaceId);
  const records = crm ? await recordsOf(deps.db, workspaceId, person) : [];
  const links: string[] = [];
  for (const record of records) {
    try {
      if (crm) links.push(await crm.recordUrl(record));
    } catch (thrown) {
      deps.log.warn({ err: toError(thrown), workspaceId }, 'the link to a record of an erased person is not told');
    }
  }
  return links;
}

/** Their cards say so, and what was said under them goes. */
export async function redrawAsErased(trx: Db, workspaceId: string, { handoffIds }: KnownPerson): Promise<void> {
  await enqueueMany(
    trx,
    handoffIds.map(id => eraseInSlack({ workspaceId, id })),
  );
}

/** A source or the CRM says that a person asked it to be forgotten. In the caller's transaction. */
export const askedByVendor = (trx: Db, workspaceId: string, vendor: string, subject: Subject, at: Date) =>
  askErasure(trx, workspaceId, { why: 'source', askedBy: vendor, subject, askedAt: at });

/** Raw: names nobody. */
function erasedText({ why, askedBy }: Erasure, person: KnownPerson, links: readonly string[]): string {
  const who =
    why === 'source'
      ? `A person asked ${serviceName(askedBy)} to be forgotten, and Baton erased them`
      : `A person was erased, as ${why === 'admin' ? `${askedBy}` : 'whoever runs Baton'} asked`;
  if (isUnknown(person)) return `${who}. Nothing was kept of them.`;
  const rest =
    links.length > 0
      ? `Now delete their record in the CRM: ${links.join(' ')}`
      : 'No record of theirs in the CRM is known.';
  const source = why === 'source' ? '' : ' Delete their contact at the source, too.';
  return `${who}: lead, timeline, mails, signals and what stood in Slack. Counts in reports stay. ${rest}${source}`;
}

/**
 * In Slack: words under the cards, alarms and questions are deleted, cards say that the lead was erased, lines of digests
 * name nobody. One call a message; safe to repeat.
 */
export async function eraseFromSlack(deps: Deps, ref: HandoffRef): Promise<void> {
  const { workspaceId, handoffId } = ref;
  const { notifier } = await deps.vendors(workspaceId);
  const { own, digests } = await slackMessagesOf(deps.db, workspaceId, handoffId);
  for (const message of own) await notifier.remove(message);
  await redrawPostedCards(deps, ref);
  await enqueue(deps.db, ...digests.map(digest => postAlertDigest(workspaceId, digest)));
  await forgetSlackMessages(deps.db, workspaceId, handoffId);
}
