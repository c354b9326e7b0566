/** Records and whoever writes them, as every part of the stand-in knows them. */
import { Refusal, type Told } from './errors.ts';

export type Row = Record<string, unknown> & { id: string };

export interface User {
  id: string;
  full_name: string;
  email: string;
  status: 'active' | 'disabled';
  admin: boolean;
}

/** Who does it, in the app or through the API; `rule`: an automation of the organization's. */
export interface Doer {
  user: User;
  source: 'crm_ui' | 'crm_api';
  rule?: string;
}

/** What came of one record of a write. */
export type Came = { ok: true; row: Row } | { ok: false; told: Told };

export const isConverted = (row: Row | undefined): boolean => row?.$converted === true;

export function must(came: Came): Row {
  if (came.ok) return came.row;
  throw new Refusal(400, came.told);
}

export function nameOf(row: Row | undefined): string {
  return String(row?.Full_Name ?? row?.Account_Name ?? row?.Deal_Name ?? row?.Subject ?? row?.Event_Title ?? '');
}
