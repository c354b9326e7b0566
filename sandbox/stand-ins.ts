import { activecampaign } from './activecampaign/service.ts';
import { apollo } from './apollo/service.ts';
import { calcom } from './calcom/service.ts';
import { calendly } from './calendly/service.ts';
import { clearbit } from './clearbit/service.ts';
import { form } from './form/service.ts';
import { google } from './google/service.ts';
import { hubspot } from './hubspot/service.ts';
import { marketo } from './marketo/service.ts';
import { microsoft } from './microsoft/service.ts';
import { outreach } from './outreach/service.ts';
import { pardot } from './pardot/service.ts';
import { pipedrive } from './pipedrive/service.ts';
import { salesforce } from './salesforce/service.ts';
import { salesloft } from './salesloft/service.ts';
import type { ServiceFactory } from './service.ts';
import { slack } from './slack/service.ts';
import { mail } from './smtp/service.ts';
import { turnstile } from './turnstile/service.ts';
import { zoho } from './zoho/service.ts';

/** Every stand-in the sandbox starts. A new vendor is one line here. */
export const serviceTable: ServiceFactory[] = [
  slack,
  salesforce,
  pipedrive,
  zoho,
  hubspot,
  marketo,
  pardot,
  activecampaign,
  form,
  turnstile,
  clearbit,
  apollo,
  mail,
  google,
  microsoft,
  calendly,
  calcom,
  outreach,
  salesloft,
];
