import type { SlackDeps } from '../../deps.ts';
import type { Event } from '../types.ts';

/** A workspace removed Baton. */
export async function uninstalled({ body }: Event<'app_uninstalled'>, deps: SlackDeps): Promise<void> {
  await deps.uninstalled(body.team_id);
}

/** A workspace took tokens back; those of single users are none of ours. */
export async function tokensRevoked({ body, event }: Event<'tokens_revoked'>, deps: SlackDeps): Promise<void> {
  if (event.tokens.bot && event.tokens.bot.length > 0) await deps.uninstalled(body.team_id);
}
