import type { SlackDeps } from '../../deps.ts';
import { emailHelp, onlyYou } from '../../messages/notices.ts';
import { handoffOf, type Press, workspaceOf } from '../types.ts';

/** Email: opens the rep's own mail program with the address filled in; Baton neither sends nor sees that mail. */
export async function email(press: Press, { queries }: SlackDeps): Promise<void> {
  await press.ack();
  const found = await queries.card(workspaceOf(press.context), handoffOf(press));
  await press.respond(onlyYou(emailHelp(found)));
}
