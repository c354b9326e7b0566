/** The one list of vendors. A new one is a line here. */
import { APOLLO } from './apollo/manifest.ts';
import { CLEARBIT } from './clearbit/manifest.ts';
import { HUBSPOT } from './hubspot/manifest.ts';
import { MANUAL } from './manual/manifest.ts';
import { SALESFORCE } from './salesforce/manifest.ts';
import { SMTP } from './smtp/manifest.ts';
import type { Vendor } from './vendor.ts';

/** In the order of `.env.example`, health lines and the doctor's answers. */
export const VENDORS: readonly Vendor[] = [HUBSPOT, SALESFORCE, SMTP, CLEARBIT, APOLLO, MANUAL];
