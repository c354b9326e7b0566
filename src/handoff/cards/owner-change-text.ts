/** A change of an owner in words. Pure. */
import { nameOf } from '../../config/playbook/people.ts';
import type { Playbook } from '../../config/playbook.ts';
import type { OwnerChange } from '../../db/handoffs/owner-changes.ts';
import { serviceName } from '../../domain/service-name.ts';
import { inWords } from '../../lib/span.ts';

type Change = Omit<OwnerChange, 'id'>;

/** Who or what did it, for people. */
export function changerName(change: Pick<OwnerChange, 'byKind' | 'byName'>, crmName: string): string {
  return change.byKind === 'self' ? `a rule of ${serviceName(crmName)} as Baton saved the record` : change.byName;
}

/** "Automated Process, 2 minutes after Baton gave it to Marcus Chen": without a rep, only who did it. */
export function howChanged(change: Change, playbook: Playbook, crmName: string): string {
  const who = changerName(change, crmName);
  if (change.repEmail === null) return who;
  const after = change.changedAt.getTime() - change.givenAt.getTime();
  const when = after < 1_000 ? 'as soon as' : `${inWords(after)} after`;
  return `${who}, ${when} Baton gave it to ${nameOf(playbook, change.repEmail)}`;
}

/** "NAME OF THE CRM gave the lead to Priya Nair (Automated Process, …)". */
export function changeText(change: Change, playbook: Playbook, crmName: string): string {
  return `${serviceName(crmName)} gave the lead to ${change.theirsName} (${howChanged(change, playbook, crmName)})`;
}

/**
 * How a question about this change ended, by whom and when; `isOpen`: there is something to decide about it still, and
 * this is what was decided before. Undefined: it says nothing of that itself.
 */
export function decisionText(
  change: OwnerChange,
  playbook: Playbook,
  crmName: string,
  isOpen: boolean,
): { text: string; at: Date } | undefined {
  const { state, decidedBy, decidedAt, why, repEmail, theirsName } = change;
  if (!decidedAt) return undefined;
  if (!decidedBy) return why && state === 'settled' ? { text: why, at: decidedAt } : undefined;
  const rep = repEmail === null ? 'nobody' : nameOf(playbook, repEmail);
  const decided: Partial<Record<OwnerChange['state'], string>> = {
    restoring: `Restore ours: Baton is giving the record back to ${rep}`,
    restored: `Restore ours: the record belongs to ${rep} again`,
    kept: `Keep theirs: the lead is with ${theirsName} now`,
    left: `Keep theirs: the record stays with ${theirsName}, and the lead where it is`,
    ...(isOpen && {
      refused: `Restore ours, and ${serviceName(crmName)} did not let Baton give it back`,
      overruled: 'Restore ours, and it was changed again',
    }),
  };
  const what = decided[state];
  return what === undefined ? undefined : { text: `${nameOf(playbook, decidedBy)} chose ${what}`, at: decidedAt };
}

/** What makes a question about an owner moot: the owner was changed once more. */
export function settledText(change: Change, crmName: string): string {
  return change.byKind === 'self'
    ? `In ${serviceName(crmName)} the record belongs to ${change.theirsName} now`
    : `${change.byName} gave the record to ${change.theirsName} in ${serviceName(crmName)}`;
}
