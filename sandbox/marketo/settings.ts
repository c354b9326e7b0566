import { z } from 'zod';

/** What the controls can set; `reset` brings back the defaults. */
export const settingsInput = z.strictObject({
  /** Calls in twenty seconds; null: no limit. */
  callsPerTwentySeconds: z.int().min(0).nullable().optional(),
  /** Calls a day, everybody's together. */
  dailyQuota: z.int().min(0).optional(),
  /** Of them, made by other integrations. */
  usedByOthers: z.int().min(0).optional(),
  /** Calls of others that are just being worked on; ten are the most. */
  othersRunning: z.int().min(0).optional(),
  /** Most entries on a page of activities; 300 at most. */
  pageSize: z.int().min(1).max(300).optional(),
  /** What the API user's role lacks: `Read-Write Activity`, `Read-Write Person`, `Read-Write Activity Metadata` … */
  denied: z.array(z.string()).optional(),
});

export interface Settings {
  callsPerTwentySeconds: number | null;
  dailyQuota: number;
  usedByOthers: number;
  othersRunning: number;
  pageSize: number;
  denied: string[];
}

export const DEFAULTS: Settings = {
  callsPerTwentySeconds: 100,
  dailyQuota: 50_000,
  usedByOthers: 0,
  othersRunning: 0,
  pageSize: 300,
  denied: [],
};
