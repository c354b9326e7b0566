import { z } from 'zod';
import { type ApiError, Refusal } from './errors.ts';
import type { SfRecord } from './store.ts';

/** Trouble of an org: maintenance, and what its own rules, triggers and flows make of a record. */

const refusalInput = z.strictObject({
  object: z.string(),
  on: z.enum(['create', 'update', 'any']).default('any'),
  /** Only records that are to get a value in this column, or exactly this one. */
  field: z.string().optional(),
  equals: z.union([z.string(), z.number(), z.boolean()]).optional(),
  /** 0: until it is taken back. */
  times: z.int().min(0).default(1),
  status: z.int().min(400).max(599).default(400),
  /** Several rules may refuse one record. */
  errors: z
    .array(z.looseObject({ errorCode: z.string(), message: z.string(), fields: z.array(z.string()).default([]) }))
    .min(1),
});

/** What `trouble` of `POST /_sandbox/salesforce/_org` takes. */
export const troubleInput = z.strictObject({
  /** The org can be read, but not written. */
  readOnly: z.boolean().optional(),
  /** Every call is answered with a page. */
  maintenance: z.boolean().optional(),
  /** The org's own automation refuses; null takes all of it back. */
  refuse: z.union([z.null(), refusalInput]).optional(),
  /** Somebody else saves the same new record a moment before. */
  rival: z.string().optional(),
});

type OwnRefusal = z.infer<typeof refusalInput>;

export class Trouble {
  maintenance = false;
  readOnly = false;
  #refusals: OwnRefusal[] = [];
  #rivals: string[] = [];

  happen({ readOnly, maintenance, refuse, rival }: z.infer<typeof troubleInput>): void {
    if (readOnly !== undefined) this.readOnly = readOnly;
    if (maintenance !== undefined) this.maintenance = maintenance;
    if (refuse === null) this.#refusals = [];
    else if (refuse) this.#refusals.push(refuse);
    if (rival !== undefined) this.#rivals.push(rival);
  }

  /** Before anything of a write is looked at. */
  checkWritable(): void {
    if (!this.readOnly) return;
    const message = 'This organization is in read-only mode while the instance is being upgraded: try again later';
    throw new Refusal(400, 'INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE', message, { fields: [] });
  }

  /** @param values what the write is to change */
  checkRecord(object: string, isNew: boolean, values: SfRecord): void {
    const hit = this.#refusals.find(
      one =>
        one.object === object &&
        (one.on === 'any' || (one.on === 'create') === isNew) &&
        (one.field === undefined || (values[one.field] ?? null) !== null) &&
        (one.equals === undefined || values[one.field ?? ''] === one.equals),
    );
    if (!hit) return;
    hit.times -= 1;
    if (hit.times === 0) this.#refusals = this.#refusals.filter(one => one !== hit);
    const [first] = hit.errors;
    const refusal = new Refusal(hit.status, first?.errorCode ?? '', first?.message ?? '');
    refusal.body.splice(0, 1, ...(hit.errors as ApiError[]));
    throw refusal;
  }

  /** Is somebody else making the same record this very moment? */
  takeRival(object: string): boolean {
    const at = this.#rivals.indexOf(object);
    if (at >= 0) this.#rivals.splice(at, 1);
    return at >= 0;
  }
}
