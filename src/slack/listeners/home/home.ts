import type { SlackDeps } from '../../deps.ts';
import { homeView } from '../../messages/home.ts';
import { type Event, workspaceOf } from '../types.ts';

/** The Home tab: what Baton is, and the open leads of whoever looks. */
export async function home(
  { event, context, client }: Event<'app_home_opened'>,
  { queries }: SlackDeps,
): Promise<void> {
  if (event.tab !== 'home') return;
  const leads = await queries.openFor({ workspaceId: workspaceOf(context), slackUserId: event.user });
  await client.views.publish({ user_id: event.user, view: homeView(leads) });
}
