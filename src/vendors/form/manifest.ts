/** Forms of one's own pages, declared: a source that everybody has and nobody connects. */
import { secretText, webAddress } from '../../lib/env-variable.ts';
import type { SourceGiven, Vendor } from '../vendor.ts';
import { formSetup } from './setup.ts';
import { formSource } from './source.ts';
import { turnstile } from './turnstile.ts';

export const FORM: Vendor = {
  name: 'form',
  label: 'Form',
  playbook: { source: {} },
  roles: { source: { make: source } },
  builtIn: true,
  variables: {
    FORM_KEY: {
      schema: secretText
        .min(8, 'must be at least 8 characters')
        .regex(/^[\w.~-]*$/, 'must be of letters, digits and - . _ ~: it stands in an address')
        .optional(),
      help: 'Key that your pages hold to send forms: /hooks/FORM_KEY/form. It opens nothing else; by default made from HOOK_KEY, as the set-up on Home shows it.',
    },
    TURNSTILE_SECRET: {
      schema: secretText.optional(),
      help: 'Secret key of a Cloudflare Turnstile widget: with it, forms that pages send need its token.',
    },
    TURNSTILE_API_URL: {
      shared: true,
      schema: webAddress.optional(),
      help: 'Base of Turnstile; only for a stand-in.',
      example: 'https://challenges.cloudflare.com',
    },
  },
  keys: [],
};

function source({ settings, questions, submissionsOf }: SourceGiven) {
  const { TURNSTILE_SECRET: secret, TURNSTILE_API_URL: apiUrl } = settings;
  return formSource({
    name: 'form',
    questions,
    submissionsOf,
    ...(secret && { checkHuman: turnstile({ secret, ...(apiUrl && { apiUrl }) }) }),
    setup: formSetup,
  });
}
