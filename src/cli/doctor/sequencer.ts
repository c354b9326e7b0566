/** The tool whose sequences the playbook names: is it connected, and are they there? */
import type { Playbook } from '../../config/playbook.ts';
import { madeByEnv } from '../../connections/by-env.ts';
import { connectionName } from '../../domain/service-name.ts';
import { systemClock } from '../../lib/clock.ts';
import type { Vendor } from '../../vendors/vendor.ts';
import { sequenceFindings } from '../../workspaces/crm-setup/sequence-findings.ts';
import type { Check } from './check.ts';

/** Nobody where the playbook names none, or where somebody logs in to it on Home: then `/mql doctor crm` says it in Slack. */
export function sequencerChecks(table: readonly Vendor[], { follow_up: { sequences } }: Playbook): Check[] {
  return table
    .filter(vendor => vendor.name === sequences?.tool)
    .map(vendor => ({
      service: connectionName({ vendor: vendor.name, role: 'sequencer' }),
      async run({ env, playbook }) {
        const { sequencer } = madeByEnv(vendor, env, systemClock, playbook);
        const isByLogin = env.vendors[vendor.name] !== undefined && vendor.login !== undefined && !sequencer;
        const connect = `${vendor.advice?.connect ?? ''}${isByLogin ? ' With a log-in from Home type /mql doctor crm in Slack instead.' : ''}`;
        const found = await sequenceFindings(playbook, sequencer, connect);
        return found.map(one => ({ ...one, about: '' }));
      },
    }));
}
