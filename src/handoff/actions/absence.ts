/** Out of the rotation, and back in it. */
import { personOf } from '../../config/playbook/people.ts';
import { listHandoffs } from '../../db/handoffs/handoff-list.ts';
import { recheckLeadsOf } from '../../db/handoffs/ladder.ts';
import { absencesOf, endAbsences, replaceAbsence } from '../../db/people/people.ts';
import { lockRotation } from '../../db/people/rotation.ts';
import { OPEN_STATES } from '../../domain/handoff.ts';
import { after, DAY } from '../../lib/clock.ts';
import { type ActingPerson, actingPerson, trimmedNote } from '../core/act-as.ts';
import type { Deps } from '../core/deps.ts';
import { runOnce } from '../core/idempotency.ts';
import type { Outcome, Refusal } from '../core/outcomes.ts';
import { mayManage, type Requester } from '../core/rights.ts';
import { keepAway } from '../core/undoable.ts';

interface Absent {
  email?: string;
  from?: Date;
  until?: Date;
  note?: string;
}

/** "Today" begins before now in most zones; what is longer past is a mistake. */
const PAST_ALLOWED = DAY;

/** Out of the rotation from then, or now, on; until further notice without an end. Says how many open leads wait. */
export async function away(
  deps: Deps,
  requester: Requester & Absent,
): Promise<Outcome<{ name: string; openLeads: number; undo?: string }>> {
  const person = await actingPerson(deps, requester);
  if ('kind' in person) return person;
  const who = whoOf(person, requester.email);
  if ('kind' in who) return who;
  const { workspaceId, now } = person;
  const from = requester.from ?? now;
  if (!(from >= after(now, -PAST_ALLOWED))) return unfit('from', 'That day is over: choose one that is still to come.');
  if (requester.until && !(requester.until > now))
    return unfit('until', 'That time is over: choose one that is still to come.');
  if (requester.until && !(requester.until > from)) return unfit('until', 'The end must be after the beginning.');
  const undo = await deps.db.transaction(async trx => {
    // Choices of the workspace follow one another: none is made by half an absence.
    await lockRotation(trx, workspaceId, now);
    const before = await absencesOf(trx, workspaceId, who.email);
    await replaceAbsence(trx, workspaceId, {
      email: who.email,
      from,
      until: requester.until ?? null,
      note: trimmedNote(requester.note) ?? '',
    });
    // Their clocks run by when they work.
    await recheckLeadsOf(trx, workspaceId, who.email);
    const after = await absencesOf(trx, workspaceId, who.email);
    return keepAway(trx, { workspaceId, email: who.email, actor: person.actor.email, at: now, before, after });
  });
  const filter = { reps: [who.email], states: OPEN_STATES };
  const { total } = await listHandoffs(deps.db, workspaceId, filter, { limit: 1 });
  return { kind: 'done', name: who.name, openLeads: total, undo };
}

/** Back from now on; an absence that is still to come stays. */
export async function back(
  deps: Deps,
  requester: Requester & { email?: string },
): Promise<Outcome<{ name: string; wasAway: boolean }>> {
  const person = await actingPerson(deps, requester);
  if ('kind' in person) return person;
  const who = whoOf(person, requester.email);
  if ('kind' in who) return who;
  const { workspaceId, now } = person;
  return deps.db.transaction(trx =>
    runOnce(trx, requester, now, async () => {
      await recheckLeadsOf(trx, workspaceId, who.email);
      const ended = await endAbsences(trx, workspaceId, who.email, now);
      return { kind: 'done' as const, name: who.name, wasAway: ended > 0 };
    }),
  );
}

/** Themselves, or somebody they answer for. */
function whoOf(
  { actor, playbook }: ActingPerson,
  given: string | undefined,
): { email: string; name: string } | Refusal {
  const email = given?.trim().toLowerCase() ?? actor.email;
  const person = personOf(playbook, email);
  if (!person) return unfit('email', `${email} is not among the people of the playbook.`);
  if (email === actor.email) return person;
  const may = mayManage(actor, email, playbook);
  return may.ok ? person : { kind: 'not_allowed', who: `${person.name}, ${may.who}` };
}

function unfit(field: string, why: string): Refusal {
  return { kind: 'unfit', field, why };
}
