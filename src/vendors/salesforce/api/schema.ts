import { type Clock, HOUR } from '../../../lib/clock.ts';
import { readErrors, toFailure } from './errors.ts';
import { to18 } from './ids.ts';
import type { Session } from './session.ts';

/** What describe says of a field, as far as writing needs it. */
export interface FieldFacts {
  name: string;
  type: string;
  length: number;
  /** Most digits before the point; 0 = not said. */
  digits: number;
  createable: boolean;
  updateable: boolean;
  /** As people read it. */
  label: string;
  /** What a picklist offers. */
  choices: { value: string; label: string }[];
  /** Allowed values of a restricted picklist. */
  values?: string[];
}

/** A record type as describe tells of it to Baton's user. */
export interface RecordType {
  id: string;
  /** Active, and the user may make records of it. */
  available: boolean;
}

export type ObjectFacts = ReadonlyMap<string, FieldFacts>;

/** What is known of the org's objects: nothing, until a refusal makes it worth asking. */
export interface Schema {
  /** By field name in lower case; undefined while nothing is known. */
  of(object: string): ObjectFacts | undefined;
  /** Asks describe, unless something newer than `known` is there already; callers at the same time share one call. */
  learn(object: string, known: ObjectFacts | undefined): Promise<ObjectFacts>;
  /** By developer name, of an object that was learnt. */
  recordType(object: string, developerName: string): RecordType | undefined;
  /** The org was changed, or is another: what was learnt of it may be wrong. */
  forget(): void;
  /** How often it was forgotten: what others remember of the org holds as long as this does. */
  age(): number;
}

interface Learnt {
  facts: ObjectFacts;
  recordTypes: ReadonlyMap<string, RecordType>;
  until: number;
}

/** After this the lesson is forgotten: an admin may have made the missing field by then. */
const REMEMBERED = HOUR;

export function openSchema(session: Session, base: string, clock: Clock): Schema {
  const learnt = new Map<string, Learnt>();
  const underWay = new Map<string, Promise<ObjectFacts>>();
  let age = 0;

  function fresh(object: string): Learnt | undefined {
    const found = learnt.get(object);
    return found && found.until > clock.now().getTime() ? found : undefined;
  }

  const of = (object: string): ObjectFacts | undefined => fresh(object)?.facts;

  async function ask(object: string): Promise<ObjectFacts> {
    try {
      const answer = await session.call({ method: 'GET', url: `${base}/sobjects/${object}/describe` });
      if (answer.status !== 200) throw toFailure(answer.status, readErrors(answer.status, answer.body), { clock });
      const facts = readFacts(answer.body);
      const recordTypes = readRecordTypes(answer.body);
      learnt.set(object, { facts, recordTypes, until: clock.now().getTime() + REMEMBERED });
      return facts;
    } finally {
      underWay.delete(object);
    }
  }

  return {
    of,
    async learn(object, known) {
      const newer = of(object);
      if (newer && newer !== known) return newer;
      const asking = underWay.get(object) ?? ask(object);
      underWay.set(object, asking);
      return asking;
    },
    recordType: (object, developerName) => fresh(object)?.recordTypes.get(developerName.toLowerCase()),
    forget() {
      learnt.clear();
      age += 1;
    },
    age: () => age,
  };
}

/** The master type is every object's, and no choice. */
function readRecordTypes(body: unknown): Map<string, RecordType> {
  const { recordTypeInfos } = body as {
    recordTypeInfos?: {
      developerName?: string;
      recordTypeId: string;
      active?: boolean;
      available?: boolean;
      master?: boolean;
    }[];
  };
  return new Map(
    (recordTypeInfos ?? [])
      .filter(one => one.master !== true)
      .map(one => [
        (one.developerName ?? '').toLowerCase(),
        { id: to18(one.recordTypeId), available: one.active !== false && one.available !== false },
      ]),
  );
}

interface Described {
  name: string;
  label?: string;
  type: string;
  length?: number;
  digits?: number;
  precision?: number;
  scale?: number;
  createable?: boolean;
  updateable?: boolean;
  restrictedPicklist?: boolean;
  picklistValues?: { value: string; label?: string; active?: boolean }[];
}

function readFacts(body: unknown): ObjectFacts {
  const { fields } = body as { fields?: Described[] };
  const facts = (fields ?? []).map((one): FieldFacts => {
    const offered = (one.picklistValues ?? []).filter(({ active }) => active !== false);
    const values = offered.map(({ value }) => value);
    return {
      name: one.name,
      type: one.type,
      length: one.length ?? 0,
      digits: one.digits || Math.max(0, (one.precision ?? 0) - (one.scale ?? 0)),
      createable: one.createable !== false,
      updateable: one.updateable !== false,
      label: one.label ?? one.name,
      choices: offered.map(({ value, label }) => ({ value, label: label || value })),
      ...(one.restrictedPicklist ? { values } : {}),
    };
  });
  return new Map(facts.map(one => [one.name.toLowerCase(), one]));
}
