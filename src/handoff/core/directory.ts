/** People of the playbook ↔ Slack ↔ CRM: matched by e-mail once, kept in the database, refreshed daily. */
import type { Crm } from '../../contracts/crm.ts';
import { personByEmail, rememberCrmPerson, rememberSlackPerson } from '../../db/people/people.ts';
import { notice } from '../../db/workspaces/notices.ts';
import { serviceName } from '../../domain/service-name.ts';
import { enqueue } from '../../jobs/queue.ts';
import { notifyAdmins } from '../../jobs/requests.ts';
import { currentPlaybook } from './current-playbook.ts';
import type { Deps } from './deps.ts';

/** Asks Slack and the CRM for everybody in the playbook. One CRM call, one Slack call a person. */
export async function syncDirectory(deps: Deps, workspaceId: string): Promise<void> {
  const playbook = await currentPlaybook(deps, workspaceId);
  const emails = playbook.people.map(person => person.email);
  const vendors = await deps.vendors(workspaceId);
  for (const email of emails) await findSlackPerson(deps, workspaceId, email);
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

async function findSlackPerson(deps: Deps, workspaceId: string, email: string) {
  const { notifier } = await deps.vendors(workspaceId);
  const found = await notifier.findPerson(email);
  await rememberSlackPerson(deps.db, workspaceId, email, found, deps.clock.now());
  if (!found?.active) await notifyOfUnmatched(deps, workspaceId, email, 'Slack');
  return found;
}

async function findCrmPeople(
  deps: Deps,
  crm: Crm,
  workspaceId: string,
  emails: string[],
): Promise<Map<string, string>> {
  const users = await crm.users(emails);
  const active = new Map<string, string>();
  for (const email of emails) {
    const matches = users.filter(user => user.email.toLowerCase() === email);
    const user = matches.find(match => match.active) ?? matches[0];
    await rememberCrmPerson(deps.db, workspaceId, email, user ?? null, deps.clock.now());
    if (user?.active) active.set(email, user.id);
    else await notifyOfUnmatched(deps, workspaceId, email, crm.name);
  }
  return active;
}

async function notifyOfUnmatched(deps: Deps, workspaceId: string, email: string, where: string): Promise<void> {
  await deps.db.transaction(async trx => {
    const isNew = await notice(
      trx,
      workspaceId,
      {
        key: `unmatched:${where}:${email}`,
        text:
          `${email} is in the playbook, but ${serviceName(where)} has no active user with that address. ` +
          `${where === 'Slack' ? 'Their leads go to the channel' : 'Their records keep the integration user as owner'} until the address is corrected in the playbook or in ${serviceName(where)}.`,
      },
      deps.clock.now(),
    );
    if (isNew) await enqueue(trx, notifyAdmins(workspaceId));
  });
}
