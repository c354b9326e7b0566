/** Form tools that prove who they are, declared. Each is a source of its own: leads say which they came through. */
import type { HookRequest, HookSetup, Verdict } from '../../../contracts/hook.ts';
import { secretText } from '../../../lib/env-variable.ts';
import type { Vendor } from '../../vendor.ts';
import { type FormOptions, formSource } from '../source.ts';
import { GRAVITY_HEADER, verifyGravity } from './gravity.ts';
import { verifyTypeform } from './typeform.ts';
import { verifyWebflow } from './webflow.ts';

interface Tool {
  name: string;
  label: string;
  variable: string;
  help: string;
  /** Of the key, where somebody types it. */
  field: { label: string; hint: string };
  verify(request: HookRequest, secret: string, now: Date): Verdict;
  steps: readonly string[];
  refused: string;
}

function toolVendor({ name, label, variable, help, field, verify, steps, refused }: Tool): Vendor {
  const setup = (address: string): HookSetup => ({
    steps,
    values: [{ label: 'Address', value: address, secret: true }],
  });
  return {
    name,
    label,
    playbook: { source: {} },
    roles: {
      source: {
        make({ settings, questions, submissionsOf }) {
          const secret = settings[variable];
          if (!secret) return undefined;
          const verified: FormOptions['verify'] = (request, now) => verify(request, secret, now);
          return formSource({ name, questions, submissionsOf, verify: verified, setup });
        },
      },
    },
    variables: { [variable]: { schema: secretText.optional(), help } },
    keys: [{ name: variable, ...field }],
    advice: { connect: `Set ${variable}.`, refused },
  };
}

export const TYPEFORM = toolVendor({
  name: 'typeform',
  label: 'Typeform',
  variable: 'TYPEFORM_SECRET',
  help: 'Secret of the Typeform webhook: your form › Connect › Webhooks › Edit › Secret.',
  field: { label: 'Secret', hint: 'One you make up, then typed into your form › Connect › Webhooks › Edit › Secret.' },
  verify: verifyTypeform,
  steps: [
    'Open your form, Connect › Webhooks › Add a webhook, and paste the address.',
    'Edit › Secret: the same secret as here. Turn the webhook on, and send a test request.',
    'Give questions a reference such as `timeline` (question › Settings), or map their titles in the playbook: `capture.questions`.',
  ],
  refused: 'Type the webhook’s secret in Typeform and in Baton again.',
});

export const WEBFLOW = toolVendor({
  name: 'webflow',
  label: 'Webflow',
  variable: 'WEBFLOW_SECRET',
  help: 'Secret key of the Webflow webhook (made with the API), or the client secret of the app that made it.',
  field: {
    label: 'Secret key',
    hint: 'secretKey in the answer when the webhook is made with the API, or your app’s client secret.',
  },
  verify: verifyWebflow,
  steps: [
    'Make a webhook with Webflow’s API: `POST /v2/sites/SITE_ID/webhooks` with triggerType `form_submission` and the address as url.',
    'Webhooks made by hand under Site settings › Apps & integrations are not signed: give those the form address instead.',
    'Name the fields of the form in the Designer; other names are mapped in the playbook: `capture.questions`.',
  ],
  refused: 'Copy the secret key of the webhook again.',
});

export const GRAVITY = toolVendor({
  name: 'gravity',
  label: 'Gravity Forms',
  variable: 'GRAVITY_KEY',
  help: 'Value of the header X-Baton-Key that your Gravity Forms webhook sends; make one with: openssl rand -hex 24',
  field: { label: 'Key', hint: `One you make up, then the value of the header ${GRAVITY_HEADER}.` },
  verify: verifyGravity,
  steps: [
    'Install the Webhooks add-on, then Settings › Webhooks › Add New of the form: POST, format JSON, and the address as Request URL.',
    `Request Headers: ${GRAVITY_HEADER} with the same key as here.`,
    'Request Body › Select Fields, with keys such as email, first_name, company, timeline. With All Fields, map the numbers in the playbook: `capture.questions: { "3": company }`.',
  ],
  refused: 'Type the key into the webhook’s header and into Baton again.',
});
