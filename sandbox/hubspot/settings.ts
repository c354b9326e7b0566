import { z } from 'zod';

/** What the controls can set; `reset` brings back the defaults. */
export const settingsInput = z.strictObject({
  /** Searches a second; null: no limit. */
  searchesPerSecond: z.int().positive().nullable().optional(),
  /** Calls in ten seconds; null: no limit. */
  callsPerTenSeconds: z.int().positive().nullable().optional(),
  /** How long the search index shows what was before, by the sandbox's clock. */
  indexLagMs: z.number().min(0).optional(),
  /** How long a new contact is not found by its id (404), by the sandbox's clock. */
  readLagMs: z.number().min(0).optional(),
  /** False: the account has no events API (403). */
  eventsApi: z.boolean().optional(),
  /** False: the token may not read companies (403). */
  companies: z.boolean().optional(),
  /** False: the account has no leads, only contacts (403). */
  leads: z.boolean().optional(),
  /** It can be looked at, and not written to (503). */
  readOnly: z.boolean().optional(),
  /** Calls that are left for the day, as the headers tell; null: as many as anybody likes. */
  dailyCalls: z.int().min(0).nullable().optional(),
  /** Most associations on one page. */
  associationsPerPage: z.int().positive().optional(),
});

export interface Settings {
  searchesPerSecond: number | null;
  callsPerTenSeconds: number | null;
  indexLagMs: number;
  readLagMs: number;
  eventsApi: boolean;
  companies: boolean;
  leads: boolean;
  readOnly: boolean;
  dailyCalls: number | null;
  associationsPerPage: number;
}

export const DEFAULTS: Settings = {
  searchesPerSecond: 5,
  callsPerTenSeconds: null,
  indexLagMs: 0,
  readLagMs: 0,
  eventsApi: true,
  companies: true,
  leads: true,
  readOnly: false,
  dailyCalls: null,
  associationsPerPage: 500,
};
