/** What an admin asks about one person: what is kept of them, all of it in a file, or that it be erased. */
import { personOf } from '../config/playbook/people.ts';
import type { Playbook } from '../config/playbook.ts';
import { askErasure, type Erasure } from '../db/privacy/erasures.ts';
import { isUnknown, knownPerson } from '../db/privacy/person.ts';
import { everythingAbout, type PersonPlaces, placesOf } from '../db/privacy/places.ts';
import type { Deps } from '../handoff/core/deps.ts';
import type { Requester } from '../handoff/core/rights.ts';
import { enqueue } from '../jobs/queue.ts';
import { erasePersonAsked } from '../jobs/requests.ts';
import { addressKey } from '../lib/text.ts';
import { adminOf, type NotAllowed } from './playbook-versions.ts';

/** Why there is nothing to do: nothing is kept of the address, or it is one of the playbook's own people. */
export type NobodyToErase = { kind: 'nobody' | 'staff' };

export interface PersonKept extends PersonPlaces {
  kind: 'found';
  address: string;
  names: readonly string[];
  /** Sources that know them as a contact, by name. */
  sources: readonly string[];
  /** Each opens a record in the CRM, where it stands. */
  links: readonly string[];
}

export interface PrivacyService {
  /** What is kept of the person, and where. */
  personKept(requester: Requester, address: string): Promise<PersonKept | NobodyToErase | NotAllowed>;
  /** Everything that is kept of the person, as JSON. */
  exportPerson(
    requester: Requester,
    address: string,
  ): Promise<{ kind: 'done'; json: string } | NobodyToErase | NotAllowed>;
  /** Begins to erase the person; the admins hear when it is done. */
  erasePerson(requester: Requester, address: string): Promise<{ kind: 'begun' } | NobodyToErase | NotAllowed>;
}

export function privacyService(deps: Deps): PrivacyService {
  const asAdmin = async <T>(requester: Requester, address: string, work: (by: string) => Promise<T>) => {
    const admin = await adminOf(deps, requester);
    if ('kind' in admin) return admin;
    const { playbook } = await deps.playbook(requester.workspaceId);
    return isStaff(playbook, address) ? { kind: 'staff' as const } : work(admin.name);
  };
  return {
    personKept: (by, address) => asAdmin(by, address, () => personKept(deps, by.workspaceId, address)),
    exportPerson: (by, address) => asAdmin(by, address, () => exportPerson(deps, by.workspaceId, address)),
    erasePerson: (by, address) =>
      asAdmin(by, address, name => beginErasure(deps, by.workspaceId, address, { why: 'admin', askedBy: name })),
  };
}

/** Somebody whom the rules name is no lead to erase: their address stands in the playbook. */
export function isStaff(playbook: Playbook, address: string): boolean {
  const email = addressKey(address);
  return personOf(playbook, email) !== undefined || playbook.viewers.includes(email) || playbook.admins.includes(email);
}

async function personKept(deps: Deps, workspaceId: string, address: string): Promise<PersonKept | NobodyToErase> {
  const person = await knownPerson(deps.db, workspaceId, { address });
  if (isUnknown(person)) return { kind: 'nobody' };
  const places = await placesOf(deps.db, workspaceId, person);
  return {
    kind: 'found',
    address: addressKey(address),
    names: person.names,
    sources: [...new Set(person.contacts.map(one => one.source))].filter(one => one !== 'manual' && one !== 'form'),
    links: places.written.map(id => `${deps.publicUrl}/open/${id}`),
    ...places,
  };
}

/** Everything that is kept of the person, by table, each row as it is. Reads through every table that may tell of leads. */
export async function exportPerson(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  workspaceId: string,
  address: string,
): Promise<{ kind: 'done'; json: string } | NobodyToErase> {
  const person = await knownPerson(db, workspaceId, { address });
  if (isUnknown(person)) return { kind: 'nobody' };
  const kept = await everythingAbout(db, workspaceId, person);
  const { addresses, names, phones, contacts, records } = person;
  const told = { exportedAt: clock.now().toISOString(), person: { addresses, names, phones, contacts, records }, kept };
  return { kind: 'done', json: `${JSON.stringify(told, null, 2)}\n` };
}

/** The job does the rest. */
export async function beginErasure(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  workspaceId: string,
  address: string,
  by: Pick<Erasure, 'why' | 'askedBy'>,
): Promise<{ kind: 'begun' } | NobodyToErase> {
  if (isUnknown(await knownPerson(db, workspaceId, { address }))) return { kind: 'nobody' };
  const subject = { address: addressKey(address) };
  await db.transaction(async trx => {
    const id = await askErasure(trx, workspaceId, { ...by, subject, askedAt: clock.now() });
    await enqueue(trx, erasePersonAsked(workspaceId, id));
  });
  return { kind: 'begun' };
}
