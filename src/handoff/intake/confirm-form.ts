/** A form that a page told of is a hint, until the platform whose form it was has noted it. */
import { handoffById, lockHandoff, updateHandoff } from '../../db/handoffs/handoffs.ts';
import { addIdentities, contactIdentity } from '../../db/handoffs/leads.ts';
import { withPlatform } from '../../domain/form/contact.ts';
import type { Contact } from '../../domain/lead.ts';
import { serviceName } from '../../domain/service-name.ts';
import type { HandoffRef } from '../../jobs/catalogue.ts';
import { enqueue } from '../../jobs/queue.ts';
import { confirmForm as askAgain, CONFIRMED_AFTER, redrawCards } from '../../jobs/requests.ts';
import type { Deps } from '../core/deps.ts';
import type { Facts } from '../core/facts.ts';
import { recordForThreads } from '../core/post-to-threads.ts';
import { confirmed } from './gather-form.ts';

/** On the card while nobody has confirmed it; after the last look in vain it says that. */
const UNCONFIRMED = 'form_unconfirmed';
const DENIED = 'form_denied';

/**
 * Asks the platform by address whether it noted the form, a few times within an hour and a quarter. Card and thread tell
 * how it ended, and an opt-out that the platform knows of. The calls of one contact.
 */
export async function confirmForm(
  deps: Deps,
  { workspaceId, handoffId, misses }: HandoffRef & { misses: number },
): Promise<void> {
  const handoff = await handoffById<Facts>(deps.db, workspaceId, handoffId);
  const { unconfirmedBy: platform, email } = handoff?.facts.contact ?? {};
  if (!handoff || !platform || !email) return;
  const { sources } = await deps.vendors(workspaceId);
  const known = (await sources[platform]?.contactByEmail?.(email)) ?? undefined;
  const isNoted = known !== undefined && confirmed(handoff.facts.contact, [known]).unconfirmedBy === undefined;
  if (!isNoted && misses + 1 < CONFIRMED_AFTER.length) return enqueue(deps.db, askAgain(handoff, misses + 1));
  await settle(deps, { workspaceId, handoffId, platform, known: isNoted ? known : undefined });
}

/** Once, however often it is come to. */
async function settle(
  deps: Deps,
  { workspaceId, handoffId, platform, known }: HandoffRef & { platform: string; known: Contact | undefined },
): Promise<void> {
  const name = serviceName(platform);
  const text = known
    ? `${name} confirms the form.`
    : `${name} knows of no such form: somebody may have made it up. Check what it says before you rely on it.`;
  await deps.db.transaction(async trx => {
    const now = deps.clock.now();
    const handoff = await lockHandoff<Facts>(trx, workspaceId, handoffId);
    if (!handoff?.judgement.flags.includes(UNCONFIRMED)) return;
    const { unconfirmedBy: _settled, ...contact } = handoff.facts.contact;
    const others = handoff.judgement.flags.filter(flag => flag !== UNCONFIRMED && flag !== 'unsubscribed');
    const isOptedOut = contact.unsubscribed || known?.unsubscribed;
    const flags = [...others, ...(isOptedOut ? ['unsubscribed'] : []), ...(known ? [] : [DENIED])];
    await updateHandoff(trx, workspaceId, handoffId, {
      facts: { ...handoff.facts, contact: known ? withPlatform(contact, known) : contact },
      judgement: { ...handoff.judgement, flags },
    });
    const { leadId } = handoff;
    if (known) {
      await addIdentities(trx, workspaceId, { leadId, identities: [contactIdentity(platform, known.id)], at: now });
    }
    const entry = { kind: 'form_filled', at: now, actor: platform, text } as const;
    await recordForThreads(trx, { workspaceId, leadId, handoffId }, entry);
    await enqueue(trx, redrawCards(handoff));
  });
}
