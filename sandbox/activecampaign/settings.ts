import { z } from 'zod';

/** What the controls can set; `reset` brings back the defaults. */
export const settingsInput = z.strictObject({
  /** Calls in a second of the sandbox's clock; null: no limit. */
  callsPerSecond: z.int().min(0).nullable().optional(),
  /** Parts of the API that the user of the key may not see: `notes`, `lists`, `tags`, `fields`, `contactTags` … */
  denied: z.array(z.string()).optional(),
  /** `include` brings parts along with a contact. */
  includes: z.boolean().optional(),
});

export interface Settings {
  callsPerSecond: number | null;
  denied: string[];
  includes: boolean;
}

export const DEFAULTS: Settings = { callsPerSecond: 5, denied: [], includes: true };
