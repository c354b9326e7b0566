/** Salesforce: does the log-in work, and does the org fit the playbook? */

import { ConfigurationError } from '../../config/env.ts';
import { messagesToOf } from '../../connections.ts';
import { CredentialsRejected, RateLimited, Unavailable } from '../../lib/errors.ts';
import { setupWanted } from '../../workspaces/crm-setup/inspect.ts';
import { withSalesforce } from '../with-salesforce.ts';
import { type Check, fine, type Patient, problem, type Result } from './check.ts';

const KEYS =
  'Check SALESFORCE_LOGIN_URL, SALESFORCE_CLIENT_ID and the way to log in; see that the External Client App allows it.';
const LATER = 'Salesforce could not be compared with the playbook: run the doctor again when it answers.';
const LOG_IN = 'Press Connect or Reconnect next to Salesforce on Baton’s Home in Slack.';

export const salesforce: Check = {
  service: 'Salesforce',
  async run(patient) {
    try {
      return await inspected(patient);
    } catch (error) {
      if (error instanceof ConfigurationError) return [problem(error.message)];
      if (error instanceof Unavailable || error instanceof RateLimited) return [problem(error.message, LATER)];
      if (!(error instanceof CredentialsRejected)) throw error;
      return [problem(error.message, patient.env.SALESFORCE_FLOW === 'web_server' ? LOG_IN : KEYS)];
    }
  },
};

function inspected({ env, ...inUse }: Patient): Promise<Result[]> {
  return withSalesforce(env, inUse, async ({ setup }) => [
    fine('logged in'),
    ...((await setup?.inspect(setupWanted(inUse.playbook, messagesToOf(env)))) ?? []),
  ]);
}
