import type { ListenerTable } from '../types.ts';
import { teamAccessGranted, teamAccessRevoked, tokensRevoked, uninstalled } from './tenancy.ts';

/** News of the app itself. */
export const systemListeners: ListenerTable = {
  events: {
    app_uninstalled: uninstalled,
    tokens_revoked: tokensRevoked,
    team_access_granted: teamAccessGranted,
    team_access_revoked: teamAccessRevoked,
  },
};
