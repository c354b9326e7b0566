/** What it means that a record of the CRM belongs to somebody else than Baton knew. Pure rules. */
import { MINUTE } from '../lib/clock.ts';

/**
 * Who or what changed it. `self`: Baton's own user, so a rule of the CRM did it within Baton's own save; `person`:
 * somebody of the playbook; `unknown`: a user Baton does not know, a person or an integration that does not look like one.
 */
export type Changer = 'self' | 'automation' | 'person' | 'unknown';

/**
 * `asked`: a manager is asked; `restoring`, `restored`, `refused`: "Restore ours"; `kept`: "Keep theirs"; `left`: it
 * belongs to nobody of the playbook, and the lead stays; `overruled`: what had been restored was changed again;
 * `settled`: it is as Baton knows it again, or somebody decided otherwise since.
 */
export type OwnerChangeState =
  | 'asked'
  | 'restoring'
  | 'restored'
  | 'refused'
  | 'kept'
  | 'left'
  | 'overruled'
  | 'settled';

/** A change this soon after Baton gave the record to somebody is asked about, whoever made it. */
export const SOON = 10 * MINUTE;

export interface OwnerSeen {
  /** Whose it is now. */
  owner: string;
  /** Whose it was as far as Baton knew; null: Baton never knew. */
  known: string | null;
  /** Whom Baton gave it to, and when; null: it was never Baton's to give. */
  ours: string | null;
  givenAt: Date;
  /** The CRM user of whoever has the lead. */
  rep: string | null;
  /** `certain`: the CRM says that they changed the owner; else they saved the record last. */
  by: { id: string | null; kind: Changer; certain?: boolean };
  changedAt: Date;
  /** The newest change of this record that Baton spoke of. */
  last?: { state: OwnerChangeState; byId: string | null; givenAt: Date };
  /** Somebody said "Keep theirs" to this changer before. */
  remembered: boolean;
}

/**
 * `nothing`: no news. `adopt`: known from now on, and not spoken of. `back`: as Baton wants it. `ask`: a person decides.
 * `renew`: the question that is open is about this now. `keep`: theirs, as was answered before. `again`: what had been
 * restored was changed again, which is said once. `follow`: somebody decided, and the lead goes with the record.
 */
export type OwnerVerdict = 'nothing' | 'adopt' | 'back' | 'ask' | 'renew' | 'keep' | 'again' | 'follow';

/**
 * One question each time Baton gives a record to somebody; the answer stands. What a rule does is asked about at any
 * hour, what a person does only soon after; later it is a decision, and followed. A rep who gives their own record away
 * has decided at any time.
 */
export function ownerVerdict(seen: OwnerSeen): OwnerVerdict {
  const { owner, known, ours, rep, by, last } = seen;
  if (owner === known) return 'nothing';
  if (owner === ours || owner === rep) return 'back';
  // Nobody's yet, or the CRM would not have the owner Baton named: the record stays with Baton's own user.
  if (by.kind === 'self' && (known === null || owner === by.id)) return 'adopt';
  if (by.kind === 'person' && by.id === rep) return 'follow';
  const isSoon = seen.changedAt.getTime() - seen.givenAt.getTime() <= SOON;
  // Long after Baton gave it away its own name, without more, only covers whoever changed the owner before Baton's last word.
  const isRule = by.kind === 'automation' || (by.kind === 'self' && (isSoon || by.certain === true));
  if (ours === null) return isRule ? 'adopt' : 'follow';
  const asks = isRule || isSoon;
  if (last && last.givenAt.getTime() === seen.givenAt.getTime()) {
    const isSame = by.kind !== 'person' && by.id === last.byId && (isRule || by.kind !== 'self');
    switch (last.state) {
      case 'restored':
      case 'restoring':
        return asks || isSame ? 'again' : 'follow';
      case 'overruled':
        return asks || isSame ? 'adopt' : 'follow';
      case 'asked':
      case 'refused':
        return asks ? 'renew' : 'follow';
      default:
    }
  }
  if (!asks) return 'follow';
  return seen.remembered && by.kind !== 'person' ? 'keep' : 'ask';
}
