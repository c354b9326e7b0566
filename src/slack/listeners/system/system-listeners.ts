import type { ListenerTable } from '../types.ts';
import { tokensRevoked, uninstalled } from './uninstalled.ts';

/** News of the app itself. */
export const systemListeners: ListenerTable = {
  events: { app_uninstalled: uninstalled, tokens_revoked: tokensRevoked },
};
