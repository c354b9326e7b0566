/** A CRM: does the log-in work, and does the account there fit the playbook? */
import { ConfigurationError } from '../../config/env.ts';
import { hookAddressOf } from '../../connections/by-env.ts';
import { connectionName } from '../../domain/service-name.ts';
import { CredentialsRejected, RateLimited, Unavailable } from '../../lib/errors.ts';
import type { Vendor } from '../../vendors/vendor.ts';
import { setupWanted } from '../../workspaces/crm-setup/inspect.ts';
import { isByLogin, notConnected, withCrm } from '../with-crm.ts';
import { type Check, fine, type Patient, problem, type Result } from './check.ts';

/** One that is to be looked at whether it is connected or not. */
export function crmCheck(vendor: Vendor, isConnected: boolean): Check {
  return {
    service: connectionName({ vendor: vendor.name, role: 'crm' }),
    run: async patient => (isConnected ? examined(vendor, patient) : [problem(notConnected(vendor))]),
  };
}

async function examined(vendor: Vendor, patient: Patient): Promise<Result[]> {
  const { label, advice } = vendor;
  try {
    return [fine('logged in'), ...(await crmFindings(vendor, patient))];
  } catch (error) {
    if (error instanceof ConfigurationError) return [problem(error.message)];
    if (error instanceof Unavailable || error instanceof RateLimited) {
      const later = `${label} could not be compared with the playbook: run the doctor again when it answers.`;
      return [problem(error.message, later)];
    }
    if (!(error instanceof CredentialsRejected)) throw error;
    const logIn = `Press Connect or Reconnect next to ${label} on Baton’s Home in Slack.`;
    return [problem(error.message, isByLogin(vendor, patient.env) ? logIn : advice?.refused)];
  }
}

/**
 * What the playbook asks of the CRM, held against what is there: fields, statuses, users, groups, flows; some calls.
 * @throws ConfigurationError when its log-in cannot be reached from here; and as the CRM does
 */
export function crmFindings(vendor: Vendor, { env, ...inUse }: Patient): Promise<Result[]> {
  return withCrm(
    vendor,
    env,
    inUse,
    async ({ setup }) => (await setup?.inspect(setupWanted(inUse.playbook, hookAddressOf(env, vendor.name)))) ?? [],
  );
}
