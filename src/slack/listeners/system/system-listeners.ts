import type { Table } from '../types.ts';
import { tokensRevoked, uninstalled } from './uninstalled.ts';

/** News of the app itself. */
export const systemTable: Table = {
  events: { app_uninstalled: uninstalled, tokens_revoked: tokensRevoked },
};
