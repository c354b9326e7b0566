/** What no variable can say about itself: which others it needs. */
import type { Name } from './variables.ts';

export interface Problem {
  name: Name;
  message: string;
}

type Given = Partial<Record<Name, string | number>>;

/** What Baton starts without and then misses: a sentence for each service it is of little use without. */
export function notConnected(given: Given): string[] {
  const missing = (...names: Name[]) => names.filter(name => !given[name]);
  const hubspot = missing('HUBSPOT_ACCESS_TOKEN', 'HUBSPOT_CLIENT_SECRET', 'PUBLIC_URL');
  return [
    ...(hubspot.length > 0 ? [`HubSpot sends no leads: ${hubspot.join(', ')} not set`] : []),
    ...(given.SALESFORCE_CLIENT_ID
      ? []
      : [
          'Salesforce gets no records: SALESFORCE_CLIENT_ID not set, nor a way to log in (SALESFORCE_CLIENT_SECRET, or SALESFORCE_USERNAME and SALESFORCE_PRIVATE_KEY, or SALESFORCE_FLOW=web_server with ENCRYPTION_KEY and PUBLIC_URL)',
        ]),
  ];
}

/** Rules between variables, judged on what was given, so that they are reported beside every other problem. */
export function problemsBetween(given: Partial<Record<Name, string>>): Problem[] {
  const problems: Problem[] = [];
  const missing = (name: Name, why: string) => problems.push({ name, message: `is missing: ${why}` });
  salesforceProblems(given, missing);
  if (given.SALESFORCE_FLOW === 'web_server' && given.PUBLIC_URL && !isSecureOrLocal(given.PUBLIC_URL)) {
    const message = 'must start with https://: Salesforce sends people back to nothing else (http only for localhost)';
    problems.push({ name: 'PUBLIC_URL', message });
  }
  if (given.HUBSPOT_CLIENT_SECRET && !given.PUBLIC_URL) {
    missing('PUBLIC_URL', "HubSpot's signatures are computed over it");
  }
  return problems;
}

/** What each flow needs, whether it was named or follows from what is given. */
function salesforceProblems(given: Partial<Record<Name, string>>, missing: (name: Name, why: string) => void): void {
  const credentials = Boolean(given.SALESFORCE_USERNAME || given.SALESFORCE_PRIVATE_KEY);
  const flow = given.SALESFORCE_FLOW ?? (credentials ? 'jwt' : 'client_credentials');
  const needs = (name: Name, why: string) => {
    if (!given[name]) missing(name, why);
  };
  const wanted = given.SALESFORCE_FLOW || given.SALESFORCE_CLIENT_SECRET || credentials;
  if (wanted) needs('SALESFORCE_CLIENT_ID', 'the other SALESFORCE_ variables need it');
  if (!wanted && !given.SALESFORCE_CLIENT_ID) return;
  if (flow === 'jwt') {
    needs('SALESFORCE_PRIVATE_KEY', 'the JWT bearer flow needs it');
    needs('SALESFORCE_USERNAME', 'the JWT bearer flow needs it');
  }
  if (flow === 'client_credentials') {
    needs(
      'SALESFORCE_CLIENT_SECRET',
      'client credentials need it (or USERNAME and PRIVATE_KEY for JWT bearer, or SALESFORCE_FLOW=web_server to log in)',
    );
  }
  if (flow === 'web_server') {
    needs('ENCRYPTION_KEY', 'the tokens of a login are kept sealed with it');
    needs('PUBLIC_URL', 'Salesforce sends people back to it after they logged in');
  }
}

function isSecureOrLocal(address: string): boolean {
  if (!URL.canParse(address)) return true;
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}
