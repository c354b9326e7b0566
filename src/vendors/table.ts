/** The one list of vendors. A new one is a line here. */
import { ACTIVECAMPAIGN } from './activecampaign/manifest.ts';
import { APOLLO } from './apollo/manifest.ts';
import { CALCOM } from './calcom/manifest.ts';
import { CALENDLY } from './calendly/manifest.ts';
import { CLEARBIT } from './clearbit/manifest.ts';
import { FORM } from './form/manifest.ts';
import { GRAVITY, TYPEFORM, WEBFLOW } from './form/tools/manifests.ts';
import { GOOGLE } from './google/manifest.ts';
import { HUBSPOT } from './hubspot/manifest.ts';
import { MANUAL } from './manual/manifest.ts';
import { MARKETO } from './marketo/manifest.ts';
import { MICROSOFT } from './microsoft/manifest.ts';
import { OUTREACH } from './outreach/manifest.ts';
import { PARDOT } from './pardot/manifest.ts';
import { PIPEDRIVE } from './pipedrive/manifest.ts';
import { playbookVendorsOf } from './playbook-vendors.ts';
import { SALESFORCE } from './salesforce/manifest.ts';
import { SALESLOFT } from './salesloft/manifest.ts';
import { SMTP } from './smtp/manifest.ts';
import type { Vendor } from './vendor.ts';
import { ZOHO } from './zoho/manifest.ts';

/** In the order in which they are offered, in forms, `.env.example`, health lines and the doctor's answers. */
export const VENDORS: readonly Vendor[] = [
  HUBSPOT,
  MARKETO,
  PARDOT,
  ACTIVECAMPAIGN,
  FORM,
  TYPEFORM,
  WEBFLOW,
  GRAVITY,
  SALESFORCE,
  PIPEDRIVE,
  ZOHO,
  SMTP,
  GOOGLE,
  MICROSOFT,
  CALENDLY,
  CALCOM,
  OUTREACH,
  SALESLOFT,
  CLEARBIT,
  APOLLO,
  MANUAL,
];

/** What playbooks may name of them. */
export const PLAYBOOK_VENDORS = playbookVendorsOf(VENDORS);
