/** A vendor's app, installed or logged in to from Home on the vendor's own page. */
import { browser, hidden, linkFor } from './browser.ts';
import { openSetup } from './home.ts';
import { DANA } from './people.ts';
import { click } from './slack.ts';
import type { System } from './system.ts';

/** From Home to HubSpot's page, and what is pressed there; answers what the last page says. */
export function connectHubspot(baton: System, choose = /href="([^"]+)">Connect app in account/): Promise<string> {
  return connectOnPage(baton, 'hubspot', choose);
}

/** From Home to the vendor's page, where the link that `choose` finds is pressed; answers what the last page says. */
export async function connectOnPage(baton: System, vendor: string, choose: RegExp): Promise<string> {
  await openSetup(baton, DANA, 'connections');
  const visit = browser();
  const first = await visit(await linkFor(baton, DANA, click('connect_workspace', vendor)));
  const left = await visit(`${baton.env.PUBLIC_URL}/connect/${vendor}`, { ticket: hidden(first.text, 'ticket') });
  const page = await fetch(left.location, { headers: { accept: 'text/html' } });
  const chosen = choose.exec(await page.text())?.[1]?.replaceAll('&#38;', '&') ?? '';
  const back = await visit(new URL(chosen, left.location).href);
  return (await visit(back.location)).text;
}
