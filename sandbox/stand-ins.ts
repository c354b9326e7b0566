import { apollo } from './apollo/service.ts';
import { clearbit } from './clearbit/service.ts';
import { hubspot } from './hubspot/service.ts';
import { salesforce } from './salesforce/service.ts';
import type { ServiceFactory } from './service.ts';
import { slack } from './slack/service.ts';
import { mail } from './smtp/service.ts';

/** Every stand-in the sandbox starts. A new vendor is one line here. */
export const serviceTable: ServiceFactory[] = [slack, salesforce, hubspot, clearbit, apollo, mail];
