import type { Clock } from '../../src/lib/clock.ts';
import { Denials } from './denials.ts';
import type { RecordTypeInfo } from './describe.ts';
import { keptUnder } from './history-objects.ts';
import { freshLoginSettings, type LoginSettings } from './login-settings.ts';
import { Deployed } from './metadata-parts.ts';
import { OBJECTS } from './objects.ts';
import type { OrgSettings } from './org-settings.ts';
import { makeSchema, type ObjectSchema } from './schema.ts';
import { seed } from './seed.ts';
import { Store } from './store.ts';
import { Parts } from './tooling-parts.ts';
import { Trouble } from './trouble.ts';

/** How an org differs from the others. */
export interface OrgIdentity {
  /** 18 characters. */
  id: string;
  /** Three letters in the ids of its records. */
  instance: string;
  /** Of its people's addresses. */
  domain: string;
  /** Its host; none: the one that everybody logs in at. */
  host?: string;
  /** Its External Client App. */
  client: { id: string; secret: string };
}

/** One Salesforce org: schema, records, settings, counters. */
export class Org {
  readonly schema: Map<string, ObjectSchema>;
  readonly store: Store;
  readonly clock: Clock;
  /** Its own automation, pages and messages. */
  readonly parts: Parts;
  /** What was deployed to it. */
  readonly deployed = new Deployed();
  readonly version = 'v64.0';
  readonly settings: OrgSettings = {
    duplicateRule: 'off',
    duplicateRuleFor: ['Lead'],
    duplicateRuleOnUpdate: false,
    dailyLimit: 100_000,
    pageSize: 2_000,
    manyAccounts: false,
  };
  readonly trouble = new Trouble();
  readonly denials = new Denials();
  readonly identity: OrgIdentity;
  /** What its admins made of logins. */
  login: LoginSettings = freshLoginSettings();
  /** The app's access was taken away: every login is refused. */
  revoked = false;
  /** The user Baton acts as. */
  readonly integrationUserId: string;
  callsToday = 0;
  #locks = 0;

  constructor(clock: Clock, identity: OrgIdentity) {
    this.identity = identity;
    this.clock = clock;
    this.schema = makeSchema(OBJECTS);
    this.parts = new Parts(this.schema);
    this.store = new Store(this.schema, clock, identity.instance);
    this.integrationUserId = seed(this.store, identity.domain);
  }

  get id(): string {
    return this.identity.id;
  }

  /** Objects whose owners' history is kept. */
  readonly tracked = new Set<string>();

  /** Record types the user Baton acts as may not use. */
  readonly unavailableRecordTypes = new Set<string>();

  recordTypes(object: string): RecordTypeInfo[] {
    return (this.store.lookup('RecordType', 'SobjectType', [object]) ?? []).map(row => ({
      id: String(row.Id),
      name: String(row.Name),
      developerName: String(row.DeveloperName),
      active: row.IsActive === true,
      available: !this.unavailableRecordTypes.has(String(row.Id)),
    }));
  }

  /** The object an id belongs to, by its first three letters. */
  objectOf(id: string): ObjectSchema | undefined {
    for (const object of this.schema.values()) if (object.prefix === id.slice(0, 3)) return object;
    return undefined;
  }

  object(name: string): ObjectSchema | undefined {
    if (this.isUntracked(name)) return undefined;
    const exact = this.schema.get(name);
    if (exact) return exact;
    for (const object of this.schema.values()) if (object.name.toLowerCase() === name.toLowerCase()) return object;
    return undefined;
  }

  /** An object that keeps the history of something that is not tracked does not exist for anybody. */
  isUntracked(name: string): boolean {
    const kept = keptUnder(name);
    return kept !== undefined && !this.tracked.has(kept);
  }

  /** The next `times` writes find their row locked. */
  lock(times: number): void {
    this.#locks += times;
  }

  takeLock(): boolean {
    if (this.#locks === 0) return false;
    this.#locks -= 1;
    return true;
  }

  /** An admin deletes a column. */
  removeField(object: string, field: string): boolean {
    const found = this.schema.get(object);
    found?.byLower.delete(field.toLowerCase());
    this.parts.forget(object, field);
    return found?.fields.delete(field) ?? false;
  }

  /** An admin makes a picklist take its listed values only. */
  restrictPicklist(object: string, field: string, values: string[]): boolean {
    const found = this.schema.get(object)?.fields.get(field);
    if (!found) return false;
    Object.assign(found, { restricted: true, values });
    return true;
  }
}
