/**
 * What an admin puts into Marketo so that it tells Baton of crossings. With Request Token Encoding JSON Marketo sets the quotes of a
 * text itself (https://experienceleague.adobe.com/en/docs/marketo-developer/marketo/webhooks/webhooks): a template with quotes of its
 * own around tokens is no JSON.
 */
import { createHmac } from 'node:crypto';
import type { HookSetup } from '../../../contracts/hook.ts';

export const KEY_HEADER = 'X-Baton-Key';

/** The secret header when none was chosen: whoever has the client secret can do anything anyway. */
export function derivedKey(clientSecret: string): string {
  return createHmac('sha256', clientSecret).update('baton: webhook').digest('base64url').slice(0, 32);
}

/** @param scoreLabel the score's name in Marketo itself */
export const templateOf = (scoreLabel: string): string =>
  [
    '{"id": {{lead.Id}}',
    '"email": {{lead.Email Address}}',
    '"company": {{company.Company Name}}',
    `"score": {{lead.${scoreLabel}}}`,
    '"campaign": {{campaign.id}}}',
  ].join(', ');

export const QUOTES_EXPLAINED =
  'With Request Token Encoding JSON, Marketo puts the double quotes around a text itself: take those around {{…}} out of the template, ' +
  `so that it reads ${templateOf('Lead Score')}`;

export function hookSetup(given: { address: string; key: string; scoreLabel: string; threshold: number }): HookSetup {
  const { address, key, scoreLabel, threshold } = given;
  return {
    steps: [
      'In Marketo open *Admin › Integration › Webhooks › New Webhook* and fill in what stands below. Request Token Encoding and Response Type are *JSON*.',
      'With *Webhooks Actions › Set Custom Header* add the two headers.',
      `Make a *trigger* campaign: Smart List *Score is Changed* (Score Name *${scoreLabel}*, New Score at least *${threshold}*), Flow *Call Webhook*. Let everybody run through it every time, and activate it.`,
      'Leave it out, and Baton hears of crossings when it asks, within five minutes.',
    ],
    values: [
      { label: 'URL', value: address },
      { label: 'Request Type', value: 'POST' },
      { label: 'Template', value: templateOf(scoreLabel) },
      { label: 'Custom header 1', value: 'Content-Type: application/json' },
      { label: 'Custom header 2', value: `${KEY_HEADER}: ${key}`, secret: true },
    ],
  };
}
