import { z } from 'zod';

/** What the controls can set; `reset` brings back the defaults. */
export const settingsInput = z.strictObject({
  /** Calls a day (UTC) of everybody. */
  dailyCalls: z.int().min(0).optional(),
  /** So many of the next calls find five others under way. */
  busy: z.int().min(0).optional(),
  /** Answers are so old: what changed since does not show yet. */
  lagSeconds: z.int().min(0).optional(),
  /** A sequence of pages ends after so many records. */
  sequence: z.int().min(1).optional(),
  /** Parts of the API that the user may not use: `external-activities`, `lists` … */
  denied: z.array(z.string()).optional(),
  /** The edition has external activities, and the extension is there and active. */
  externalActivities: z.boolean().optional(),
});

export type Settings = Required<z.infer<typeof settingsInput>>;

export const DEFAULTS: Settings = {
  dailyCalls: 25_000,
  busy: 0,
  lagSeconds: 0,
  sequence: 100_000,
  denied: [],
  externalActivities: true,
};
