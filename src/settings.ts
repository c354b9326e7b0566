/** Environment and playbook, read together: whoever sets Baton up learns of everything that is wrong in one go. */
import { ConfigurationError, type Env, isHosted, readEnv } from './config/env.ts';
import { playbookVendorsOf } from './vendors/playbook-vendors.ts';
import type { Vendor } from './vendors/vendor.ts';
import { readPlaybookFile } from './workspaces/one.ts';

/** @throws ConfigurationError with every problem of the environment and of the playbook file */
export async function readSettings(
  given: Record<string, string | undefined>,
  vendors: readonly Vendor[],
): Promise<Env> {
  const [env, playbook] = await Promise.allSettled([
    (async () => readEnv(given, vendors))(),
    // Workspaces that install Baton have rules of their own from the start.
    isHosted(given) || readPlaybookFile(given.PLAYBOOK?.trim() || './playbook.yaml', playbookVendorsOf(vendors)),
  ]);
  const problems = [env, playbook].flatMap(read => (read.status === 'rejected' ? [read.reason] : []));
  const bug = problems.find(problem => !(problem instanceof ConfigurationError));
  if (bug) throw bug;
  if (env.status === 'rejected' || problems.length > 0) {
    throw new ConfigurationError(problems.map(({ message }) => message).join('\n\n'));
  }
  return env.value;
}
