import type { Clock } from '../../src/lib/clock.ts';
import { emptyTool, type SequenceTool } from '../sequence-tool.ts';
import { Meter } from './limits.ts';
import type { PersonInput } from './records.ts';

export const API_KEY = 'sandbox-apollo-key';

/** What a key may do. */
export interface Account {
  /** Null: as many as one likes. */
  creditsLeft: number | null;
  meter: Meter;
  /** False: it may look people up, and nothing else. */
  isMaster: boolean;
}

export interface State {
  /** By domain. */
  organizations: Map<string, Record<string, unknown>>;
  /** By e-mail address. */
  people: Map<string, PersonInput>;
  /** By key. */
  accounts: Map<string, Account>;
  tool: SequenceTool;
}

export function freshAccount(clock: Clock): Account {
  return { creditsLeft: null, meter: new Meter(clock), isMaster: true };
}

export function emptyState(clock: Clock): State {
  return {
    organizations: new Map(),
    people: new Map(),
    accounts: new Map([[API_KEY, freshAccount(clock)]]),
    tool: emptyTool(),
  };
}
