import { z } from 'zod';
import { Refusal } from './errors.ts';
import type { ObjectSchema } from './schema.ts';
import type { SfRecord } from './store.ts';

/** What `denyUser` of `POST /_sandbox/salesforce/_org` takes: a user's profile loses the right to write something. */
export const denialInput = z.strictObject({
  email: z.string(),
  object: z.string(),
  /** Only this column; the whole object when left out. */
  field: z.string().optional(),
});

type Denial = Omit<z.infer<typeof denialInput>, 'email'>;

/** Rights that single users do not have; everybody else may write everything. */
export class Denials {
  readonly #of = new Map<string, Denial[]>();

  add(userId: string, denial: Denial): void {
    this.#of.set(userId, [...(this.#of.get(userId) ?? []), denial]);
  }

  /** As the platform says no: to the object first, then to columns hidden by field-level security. */
  check(userId: string, object: ObjectSchema, values: SfRecord): void {
    for (const denial of this.#of.get(userId) ?? []) {
      if (denial.object !== object.name) continue;
      if (denial.field === undefined) {
        const message = 'insufficient access rights on cross-reference id';
        throw new Refusal(403, 'INSUFFICIENT_ACCESS_OR_READONLY', message, { fields: [] });
      }
      if ((values[denial.field] ?? null) === null) continue;
      const message = `Unable to create/update fields: ${denial.field}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.`;
      throw new Refusal(400, 'INVALID_FIELD_FOR_INSERT_UPDATE', message, { fields: [denial.field] });
    }
  }
}
