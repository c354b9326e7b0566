import type { SlackDeps } from '../../deps.ts';
import { logCallHelp, onlyYou } from '../../messages/notices.ts';
import { handoffOf, type Press, workspaceOf } from '../types.ts';

/** Log call: the number to dial and the record to log it on; logging from Slack itself is not built yet. */
export async function logCall(press: Press, { queries }: SlackDeps): Promise<void> {
  await press.ack();
  const found = await queries.card(workspaceOf(press.context), handoffOf(press));
  await press.respond(onlyYou(logCallHelp(found)));
}
