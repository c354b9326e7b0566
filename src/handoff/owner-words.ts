/** A change of an owner in words. Pure. */
import type { Playbook } from '../config/playbook.ts';
import type { OwnerChange } from '../db/owner-changes.ts';
import { inWords } from '../lib/span.ts';
import { labelOf } from './crm-label.ts';
import { nameOf } from './route/words.ts';

type Change = Omit<OwnerChange, 'id'>;

/** Who or what did it, for people. */
export function changerName(change: Pick<OwnerChange, 'byKind' | 'byName'>, crmName: string): string {
  return change.byKind === 'self' ? `a rule of ${labelOf(crmName)} as Baton saved the record` : change.byName;
}

/** "Automated Process, 2 minutes after Baton gave it to Marcus Chen": without a rep, only who did it. */
export function changedHow(change: Change, playbook: Playbook, crmName: string): string {
  const who = changerName(change, crmName);
  if (change.repEmail === null) return who;
  const after = change.changedAt.getTime() - change.givenAt.getTime();
  const when = after < 1_000 ? 'as soon as' : `${inWords(after)} after`;
  return `${who}, ${when} Baton gave it to ${nameOf(playbook, change.repEmail)}`;
}

/** "Salesforce gave the lead to Priya Nair (Automated Process, …)". */
export function changeText(change: Change, playbook: Playbook, crmName: string): string {
  return `${labelOf(crmName)} gave the lead to ${change.theirsName} (${changedHow(change, playbook, crmName)})`;
}
