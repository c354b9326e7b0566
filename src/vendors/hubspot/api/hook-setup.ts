/** What an admin sets in their own app so that HubSpot tells of contacts at once. Polling does without. */
import type { HookSetup } from '../../../contracts/hook.ts';
import type { Watched } from './hooks.ts';

/** The kinds of events to subscribe to, as HubSpot's page of the app calls them. Pure. */
export function hookSetup(address: string, { scoreProperty, stageProperty }: Watched): HookSetup {
  return {
    steps: [
      'In HubSpot, open *Development*, your app, *Webhooks*.',
      'Enter this target URL.',
      `Subscribe to contacts: *Created*, *Merged*, *Deleted for privacy*, and *Property changed* of \`${scoreProperty}\` and \`${stageProperty}\`.`,
      'Copy the client secret of the same app into Baton (*Change keys*), so that deliveries are checked by their signature.',
    ],
    values: [{ label: 'Target URL', value: address, secret: true }],
  };
}
