/** Whom of the vendors the doctor looks at: all that are connected, and for a role that nobody fills, who could. */
import type { Env } from '../../config/env.ts';
import type { Playbook } from '../../config/playbook.ts';
import { isChosenCrm, madeByEnv } from '../../connections.ts';
import { systemClock } from '../../lib/clock.ts';
import type { Vendor } from '../../vendors/vendor.ts';
import type { Check } from './check.ts';
import { crmCheck } from './crm.ts';
import { sourceCheck } from './source.ts';

export function vendorChecks(table: readonly Vendor[], env: Env, playbook: Playbook): Check[] {
  const could = (role: 'source' | 'crm') =>
    table.filter(
      vendor => !vendor.builtIn && vendor.roles[role] && (role !== 'crm' || isChosenCrm(playbook, vendor.name)),
    );
  const is = (vendor: Vendor, role: 'source' | 'crm') =>
    madeByEnv(vendor, env, systemClock, playbook)[role] !== undefined;
  const of = (role: 'source' | 'crm') => {
    const connected = could(role).filter(vendor => is(vendor, role));
    return connected.length > 0 ? connected : could(role);
  };
  return [...of('source').map(sourceCheck), ...of('crm').map(vendor => crmCheck(vendor, is(vendor, 'crm')))];
}
