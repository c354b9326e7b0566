/** Salesforce: does the log-in work, and does the org fit the playbook? */
import { messagesToOf, salesforceKeepers, vendorsOf } from '../../app.ts';
import type { Crm } from '../../crm/crm.ts';
import { connect } from '../../db/connection.ts';
import { allWorkspaces } from '../../db/workspaces.ts';
import { setupWanted } from '../../handoff/inspection.ts';
import { systemClock } from '../../lib/clock.ts';
import { parseKeyring } from '../../lib/crypto.ts';
import { CredentialsRejected } from '../../lib/errors.ts';
import { type Check, fine, type Patient, problem, type Result } from './check.ts';

const KEYS =
  'Check SALESFORCE_LOGIN_URL, SALESFORCE_CLIENT_ID and the way to log in; see that the External Client App allows it.';
const LOG_IN = 'Press Connect next to Salesforce on Baton’s Home in Slack.';

export const salesforce: Check = {
  service: 'Salesforce',
  async run(patient) {
    const { env, playbook } = patient;
    if (!env.SALESFORCE_CLIENT_ID) return [problem('not connected', 'Set SALESFORCE_CLIENT_ID and a way to log in.')];
    if (env.SALESFORCE_FLOW !== 'web_server')
      return inspected(vendorsOf(env, systemClock, playbook).crm, patient, KEYS);
    if (!env.DATABASE_URL || !env.ENCRYPTION_KEY) {
      return [
        problem(
          'its log-in is kept in the embedded database, which only the running app can read',
          'Type /mql doctor salesforce in Slack; or set DATABASE_URL and ENCRYPTION_KEY.',
        ),
      ];
    }
    return keptLogin(patient, env.DATABASE_URL, parseKeyring(env.ENCRYPTION_KEY));
  },
};

/** The log-in an admin made on Home. */
async function keptLogin(
  patient: Patient,
  databaseUrl: string,
  keyring: ReturnType<typeof parseKeyring>,
): Promise<Result[]> {
  const db = connect(databaseUrl, 2);
  try {
    const { rows } = await db.raw(`select to_regclass('credentials') is not null as ready`);
    const [workspace] = rows[0].ready ? await allWorkspaces(db) : [];
    if (!workspace) return [problem('nobody has connected it: Baton was not started yet', `Start Baton. ${LOG_IN}`)];
    const keepers = salesforceKeepers(db, keyring, workspace.id, systemClock);
    const { crm } = vendorsOf(patient.env, systemClock, patient.playbook, { keepers });
    return await inspected(crm, patient, LOG_IN);
  } finally {
    await db.destroy();
  }
}

async function inspected(crm: Crm | undefined, { env, playbook }: Patient, fix: string): Promise<Result[]> {
  try {
    const findings = await crm?.setup?.inspect(setupWanted(playbook, messagesToOf(env)));
    return [fine('logged in'), ...(findings ?? [])];
  } catch (error) {
    if (!(error instanceof CredentialsRejected)) throw error;
    return [problem(error.message, fix)];
  }
}
