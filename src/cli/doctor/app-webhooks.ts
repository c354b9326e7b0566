/** Apps of vendors that workspaces log in through: do they deliver their webhooks here? */
import { type Env, isHosted } from '../../config/env.ts';
import { appWebhooks, publicUrlOf } from '../../connections/by-env.ts';
import type { AppWebhooks } from '../../contracts/app-webhooks.ts';
import { serviceName } from '../../domain/service-name.ts';
import { systemClock } from '../../lib/clock.ts';
import { listed } from '../../lib/english.ts';
import { PLAYBOOK_VENDORS } from '../../vendors/table.ts';
import type { Vendor } from '../../vendors/vendor.ts';
import { wantedWebhooks } from '../../workspaces/app-webhooks.ts';
import { type Check, fine, type Patient, part, problem, type Result, warning } from './check.ts';

const SET = 'Run npm run webhooks.';

/** Two calls each, where the vendor's API may be asked. */
export function webhookChecks(table: readonly Vendor[], env: Env): Check[] {
  const all = [...appWebhooks(table, env, systemClock)];
  // A company that runs Baton for itself may have the app's keys and connect with a token all the same.
  const shown = isHosted(env) ? all : all.filter(([, { register }]) => register);
  return shown.map(([vendor, webhooks]) => ({
    service: `${serviceName(vendor)}: webhooks of the app`,
    run: patient => found(vendor, webhooks, patient),
  }));
}

async function found(vendor: string, { register, missing }: AppWebhooks, patient: Patient): Promise<Result[]> {
  const given = { publicUrl: publicUrlOf(patient.env), playbookVendors: PLAYBOOK_VENDORS };
  const wanted = wantedWebhooks(given, vendor, [patient.playbook]);
  if (!register) {
    const what = `Baton does not set them: ${listed(missing)} not set`;
    return [
      warning(what, `Set them, or enter by hand what npm run webhooks prints. Until then leads come by polling.`),
    ];
  }
  return part(async () => {
    const lacking = (await register(wanted, { dryRun: true })).filter(({ outcome }) => outcome !== 'unchanged');
    if (lacking.length === 0) return fine(`delivered to ${wanted.address}`);
    return problem(`not as Baton needs them: ${lacking.map(({ name }) => name).join('; ')}`, SET);
  }, 'Check the app’s id and key in the environment.');
}
