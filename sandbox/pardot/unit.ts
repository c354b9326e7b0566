/** One customer's business unit: what it holds, in memory, its limits and settings, and what its connector tells. */
import type { SandboxContext } from '../service.ts';
import { createConnector } from './connector.ts';
import { Refusal } from './errors.ts';
import type { Prospect, Values } from './prospect.ts';
import { DEFAULTS, type Settings } from './settings.ts';

export interface Row extends Values {
  id: number;
}

export interface Field {
  id: number;
  name: string;
  fieldId: string;
  type: string;
}

export type Unit = ReturnType<typeof createUnit>;

/** @param id of the unit, @param org it is in */
export function createUnit(context: SandboxContext, id: string, org: string) {
  const { clock } = context;
  const settings: Settings = { ...DEFAULTS };
  const prospects = new Map<number, Prospect>();
  const activities: Row[] = [];
  const external: Row[] = [];
  const memberships: Row[] = [];
  const lists: Row[] = [
    { id: 5501, name: 'Nurture', isDynamic: false },
    { id: 5502, name: 'Customers', isDynamic: false },
    { id: 5503, name: 'Everybody hot', isDynamic: true },
  ];
  const fields: Field[] = [{ id: 1, name: 'Region', fieldId: 'Region', type: 'Text' }];
  const connector = createConnector(context, org);
  const counts = { day: '', used: 0 };
  let last = 71_000;
  let lastOther = 900_000;

  const now = () => clock.now();
  /** Whole seconds, in the zone of the API's user. */
  const iso = (at: Date) => `${new Date(at.getTime() - 5 * 3_600_000).toISOString().slice(0, 19)}-05:00`;
  const nextId = () => {
    lastOther += 1;
    return lastOther;
  };

  function keep(prospect: Prospect): void {
    const { values, isDeleted } = prospect;
    prospect.versions.push({ at: now().getTime(), values: { ...values }, isDeleted });
  }

  return {
    id,
    org,
    settings,
    prospects,
    activities,
    external,
    memberships,
    lists,
    fields,
    connector,
    now,
    iso,
    nextId,
    byEmail: (email: string) =>
      [...prospects.values()].find(
        one => !one.isDeleted && String(one.values.email).toLowerCase() === email.toLowerCase(),
      ),
    create(values: Values): Prospect {
      last += 1;
      const at = iso(now());
      const facts = { score: 0, optedOut: false, isDoNotEmail: false, createdAt: at, updatedAt: at };
      const made: Prospect = {
        id: last,
        values: { ...facts, ...values, id: last },
        isDeleted: false,
        versions: [],
        tags: new Set(),
      };
      prospects.set(last, made);
      keep(made);
      return made;
    },
    /** Whoever does it: the connector tells of a score that changed. */
    change(prospect: Prospect, values: Values): void {
      const before = prospect.values.score;
      Object.assign(prospect.values, values, { updatedAt: iso(now()) });
      keep(prospect);
      if (prospect.values.score !== before) connector.scoreChanged(prospect, iso(now()));
    },
    setDeleted(prospect: Prospect, isDeleted: boolean): void {
      prospect.isDeleted = isDeleted;
      prospect.values.updatedAt = iso(now());
      keep(prospect);
    },
    did(prospect: Prospect, activity: Values): void {
      const at = activity.createdAt ?? iso(now());
      activities.push({ ...activity, id: nextId(), prospectId: prospect.id, createdAt: at, updatedAt: at });
      prospect.values.lastActivityAt = at;
    },
    /** As an answer shows it now; undefined: it is too new to be seen. */
    seen(prospect: Prospect): Prospect['versions'][number] | undefined {
      const until = now().getTime() - settings.lagSeconds * 1_000;
      return prospect.versions.findLast(one => one.at <= until);
    },
    /** Counts a call, or refuses it. Answers what `x-api-usage` says. */
    admit(): string {
      const day = now().toISOString().slice(0, 10);
      if (counts.day !== day) Object.assign(counts, { day, used: 0 });
      if (settings.busy > 0) {
        settings.busy -= 1;
        throw new Refusal(400, 66, 'You have exceeded your concurrent access limit');
      }
      if (counts.used >= settings.dailyCalls) throw new Refusal(400, 122, 'Daily API rate limit met');
      counts.used += 1;
      return `${counts.used}/${settings.dailyCalls}`;
    },
  };
}
