/** The shape of the playbook's `capture`: how forms are read, and which pages may send them. */
import { z } from 'zod';
import { ANSWER_FACTS, PERSON_FACTS } from '../../domain/form/facts.ts';
import { sufficientAnswers } from './conditions.ts';

const ORIGIN = 'must be the beginning of a web address, https:// and the host, for example "https://www.example.com"';

/** Lower case and without what follows the host, as browsers send it. */
const origin = z
  .string(ORIGIN)
  .max(300)
  .refine(isOrigin, { error: ORIGIN })
  .transform(given => new URL(given).origin);

function isOrigin(given: string): boolean {
  if (!URL.canParse(given)) return false;
  const { protocol, pathname, search, hash, username } = new URL(given);
  return /^https?:$/.test(protocol) && pathname === '/' && !search && !hash && !username;
}

const field = z.string().trim().min(1).max(200);

export const capture = z.strictObject({
  /** Form field → Baton's fact; fields that are called like one need no line. */
  questions: z.record(field, z.enum([...ANSWER_FACTS, ...PERSON_FACTS])).default({}),
  /** Any of these makes whoever sent the form an MQL, whatever their score. */
  mql_when: z.array(sufficientAnswers).default([]),
  /** Pages that may send forms with the form key, and that visitors are sent back to. */
  allowed_origins: z.array(origin).default([]),
});
