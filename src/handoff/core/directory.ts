/** People of the playbook ↔ Slack ↔ CRM: matched by e-mail once, kept in the database, refreshed daily. */
import { nameOf } from '../../config/playbook/people.ts';
import type { Playbook } from '../../config/playbook.ts';
import type { Crm } from '../../contracts/crm.ts';
import {
  peopleOf,
  personByEmail,
  personBySlackId,
  rememberCrmPerson,
  rememberSlackPerson,
} from '../../db/people/people.ts';
import { endSessionsOfPerson } from '../../db/people/web-sessions.ts';
import { notice, personNoticeKey } from '../../db/workspaces/notices.ts';
import { serviceName } from '../../domain/service-name.ts';
import type { PersonRef } from '../../jobs/catalogue.ts';
import { enqueue } from '../../jobs/queue.ts';
import { notifyAdmins } from '../../jobs/requests.ts';
import { currentPlaybook } from './current-playbook.ts';
import type { Deps } from './deps.ts';

/** Asks Slack and the CRM for everybody in the playbook. One CRM call, one Slack call a person. */
export async function syncDirectory(deps: Deps, workspaceId: string): Promise<void> {
  const playbook = await currentPlaybook(deps, workspaceId);
  const emails = playbook.people.map(person => person.email);
  const vendors = await deps.vendors(workspaceId);
  for (const email of new Set([...emails, ...playbook.viewers])) await findSlackPerson(deps, workspaceId, email);
  if (vendors.crm) await findCrmPeople(deps, vendors.crm, workspaceId, emails);
}

/** The rep's Slack id, asked for when nobody asked before; undefined when Slack has no such active person. */
export async function slackIdOf(deps: Deps, workspaceId: string, email: string): Promise<string | undefined> {
  const known = await personByEmail(deps.db, workspaceId, email);
  if (known?.slackAsked) return known.slackActive ? (known.slackId ?? undefined) : undefined;
  const found = await findSlackPerson(deps, workspaceId, email);
  return found?.active ? found.slackId : undefined;
}

/** The rep's CRM user id, asked for when nobody asked before; undefined when the CRM has no such active user. */
export async function crmUserOf(deps: Deps, crm: Crm, workspaceId: string, email: string): Promise<string | undefined> {
  const known = await personByEmail(deps.db, workspaceId, email);
  if (known?.crmAsked) return known.crmActive ? (known.crmUserId ?? undefined) : undefined;
  const found = await findCrmPeople(deps, crm, workspaceId, [email]);
  return found.get(email);
}

/** Whom Slack or the CRM refused is asked for again, and said to be gone if they are: nobody who is gone stays in the rotation until the daily look. */
export async function recheckPerson(deps: Deps, workspaceId: string, who: PersonRef): Promise<Gone | undefined> {
  const email = who.email ?? (await personBySlackId(deps.db, workspaceId, who.slackId))?.email;
  const { people } = await currentPlaybook(deps, workspaceId);
  if (email === undefined || !people.some(one => one.email === email)) return undefined;
  await askAbout(deps, workspaceId, [email]);
  const known = await personByEmail(deps.db, workspaceId, email);
  if (known?.slackActive === false) return { email, where: 'Slack' };
  const { crm } = await deps.vendors(workspaceId);
  return known?.crmActive === false && crm ? { email, where: serviceName(crm.name) } : undefined;
}

/** Somebody who was there once and is no longer. */
export interface Gone {
  email: string;
  /** In words: "Slack". */
  where: string;
}

/** Those who are out are asked for again: they are back in the rotation as soon as they are back. */
export async function recheckInactive(deps: Deps, workspaceId: string): Promise<void> {
  const [{ people }, known] = await Promise.all([currentPlaybook(deps, workspaceId), peopleOf(deps.db, workspaceId)]);
  const out = known.filter(({ slackActive, crmActive }) => slackActive === false || crmActive === false);
  const emails = out.map(({ email }) => email).filter(email => people.some(one => one.email === email));
  if (emails.length > 0) await askAbout(deps, workspaceId, emails);
}

async function askAbout(deps: Deps, workspaceId: string, emails: string[]): Promise<void> {
  const { crm } = await deps.vendors(workspaceId);
  for (const email of emails) await findSlackPerson(deps, workspaceId, email);
  if (crm) await findCrmPeople(deps, crm, workspaceId, emails);
}

async function findSlackPerson(deps: Deps, workspaceId: string, email: string) {
  const { notifier } = await deps.vendors(workspaceId);
  const [found, known] = await Promise.all([notifier.findPerson(email), personByEmail(deps.db, workspaceId, email)]);
  await rememberSlackPerson(deps.db, workspaceId, email, found, deps.clock.now());
  const gone = found?.active ? undefined : (found?.slackId ?? known?.slackId);
  if (gone) await endSessionsOfPerson(deps.db, workspaceId, gone);
  const change = { was: known?.slackActive, is: found?.active ?? null };
  await notifyOfChange(deps, workspaceId, { email, where: 'Slack', ...change });
  return found;
}

async function findCrmPeople(
  deps: Deps,
  crm: Crm,
  workspaceId: string,
  emails: string[],
): Promise<Map<string, string>> {
  const [users, people] = await Promise.all([crm.users(emails), peopleOf(deps.db, workspaceId)]);
  const active = new Map<string, string>();
  for (const email of emails) {
    const matches = users.filter(user => user.email.toLowerCase() === email);
    const user = matches.find(match => match.active) ?? matches[0];
    await rememberCrmPerson(deps.db, workspaceId, email, user ?? null, deps.clock.now());
    if (user?.active) active.set(email, user.id);
    const was = people.find(one => one.email === email)?.crmActive;
    await notifyOfChange(deps, workspaceId, { email, where: crm.name, was, is: user?.active ?? null });
  }
  return active;
}

interface Change {
  email: string;
  /** The service's name. */
  where: string;
  was: boolean | null | undefined;
  /** Null: nobody of that address. */
  is: boolean | null;
}

/** Whoever left or came back is news to those who answer for them; somebody never found, to the admins. */
async function notifyOfChange(deps: Deps, workspaceId: string, change: Change): Promise<void> {
  const { email, where, was, is } = change;
  if (was === false && is) return notifyOfMove(deps, workspaceId, change, 'back');
  if (was && !is) return notifyOfMove(deps, workspaceId, change, 'left');
  if (!is && was !== false) await notifyOfUnmatched(deps, workspaceId, email, where);
}

async function notifyOfMove(
  deps: Deps,
  workspaceId: string,
  { email, where }: Change,
  move: 'left' | 'back',
): Promise<void> {
  const now = deps.clock.now();
  const playbook = await currentPlaybook(deps, workspaceId);
  const [name, service] = [nameOf(playbook, email), serviceName(where)];
  const text =
    move === 'left'
      ? `${name} is no longer active in ${service} and gets no new leads until they are back there. Hand their open leads over with “/mql handover ${name}”, or on Home under My team.`
      : `${name} is active in ${service} again and back in the rotation.`;
  await deps.db.transaction(async trx => {
    const isNew = await notice(trx, workspaceId, { key: personNoticeKey(move, where, email, now), text }, now);
    if (isNew) await enqueue(trx, notifyAdmins(workspaceId));
  });
}

async function notifyOfUnmatched(deps: Deps, workspaceId: string, email: string, where: string): Promise<void> {
  const playbook = await currentPlaybook(deps, workspaceId);
  const who = nameOf(playbook, email);
  const costs = where === 'Slack' ? slackCosts(playbook, email) : 'Their records keep the integration user as owner';
  await deps.db.transaction(async trx => {
    const isNew = await notice(
      trx,
      workspaceId,
      {
        key: `unmatched:${where}:${email}`,
        text:
          `${who} is in the playbook, but ${serviceName(where)} has no active user with the address that stands there. ` +
          `${costs} until the address is corrected in the playbook or in ${serviceName(where)}.`,
      },
      deps.clock.now(),
    );
    if (isNew) await enqueue(trx, notifyAdmins(workspaceId));
  });
}

/** What it means that Slack does not know somebody. */
function slackCosts({ people }: Playbook, email: string): string {
  return people.some(person => person.email === email) ? 'Their leads go to the channel' : 'They see nothing of Baton';
}
