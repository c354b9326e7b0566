/** News of the app itself: who removed it, and which workspaces an organization adds or takes away. */
import { SECOND } from '../../../lib/clock.ts';
import type { Removal } from '../../../workspaces/tenants/tenants.ts';
import type { SlackDeps } from '../../deps.ts';
import type { Event } from '../types.ts';

/** A workspace or organization removed Baton. */
export async function uninstalled({ body }: Event<'app_uninstalled'>, deps: SlackDeps): Promise<void> {
  await deps.removed(removalOf(body));
}

/** Tokens were taken back, given by the users they were of; those of single people are none of ours. */
export async function tokensRevoked({ body, event }: Event<'tokens_revoked'>, deps: SlackDeps): Promise<void> {
  const botUserIds = event.tokens.bot ?? [];
  if (botUserIds.length > 0) await deps.removed({ ...removalOf(body), botUserIds });
}

export async function teamAccessGranted({ body, event }: Event<'team_access_granted'>, deps: SlackDeps): Promise<void> {
  await accessChanged(body, event.team_ids, true, deps);
}

export async function teamAccessRevoked({ body, event }: Event<'team_access_revoked'>, deps: SlackDeps): Promise<void> {
  await accessChanged(body, event.team_ids, false, deps);
}

type Body = Event<'app_uninstalled' | 'tokens_revoked' | 'team_access_granted' | 'team_access_revoked'>['body'];

async function accessChanged(body: Body, teamIds: readonly string[], granted: boolean, deps: SlackDeps): Promise<void> {
  const { enterpriseId, happenedAt } = removalOf(body);
  if (enterpriseId !== undefined) await deps.teamAccess({ enterpriseId, teamIds, granted, happenedAt });
}

function removalOf(body: Body): Removal {
  const [authorization] = body.authorizations ?? [];
  return {
    teamId: body.team_id,
    enterpriseId: authorization?.enterprise_id ?? body.enterprise_id,
    ofOrganization: authorization?.is_enterprise_install === true,
    happenedAt: new Date(body.event_time * SECOND),
  };
}
