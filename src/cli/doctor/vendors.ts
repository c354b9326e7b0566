/** Whom of the vendors the doctor looks at: all that are connected, and for a role that nobody fills, who could. */
import type { Env } from '../../config/env.ts';
import type { Playbook } from '../../config/playbook.ts';
import { madeByEnv } from '../../connections/by-env.ts';
import { isChosenCrm } from '../../connections/make-vendors.ts';
import { systemClock } from '../../lib/clock.ts';
import type { Vendor } from '../../vendors/vendor.ts';
import { webhookChecks } from './app-webhooks.ts';
import { type Check, type Result, warning } from './check.ts';
import { crmCheck } from './crm.ts';
import { sequencerChecks } from './sequencer.ts';
import { sourceCheck } from './source.ts';

/** Without any the fit rests on what the source knows of companies: worth knowing, and no fault. */
export function enrichmentLine(table: readonly Vendor[], env: Env, playbook: Playbook): Result[] {
  if (table.some(vendor => madeByEnv(vendor, env, systemClock, playbook).enricher !== undefined)) return [];
  const known = table.filter(({ roles }) => roles.enricher).map(({ label }) => label);
  return [
    warning(
      'no enrichment is connected: the fit rests on what the marketing system knows of a company',
      `Give ${known.join(' or ')} a key, or leave it so: leads of which little is known are flagged.`,
    ),
  ];
}

export function vendorChecks(table: readonly Vendor[], env: Env, playbook: Playbook): Check[] {
  const could = (role: 'source' | 'crm') =>
    table.filter(vendor => !vendor.builtIn && vendor.roles[role] && (role !== 'crm' || isChosenCrm(playbook, vendor)));
  const is = (vendor: Vendor, role: 'source' | 'crm') =>
    madeByEnv(vendor, env, systemClock, playbook)[role] !== undefined;
  const of = (role: 'source' | 'crm') => {
    const connected = could(role).filter(vendor => is(vendor, role));
    return connected.length > 0 ? connected : could(role);
  };
  // Of several CRMs that are connected the first is used.
  const used = of('crm').filter((vendor, at) => at === 0 || !is(vendor, 'crm'));
  return [
    ...of('source').map(sourceCheck),
    ...webhookChecks(table, env),
    ...sequencerChecks(table, playbook),
    ...used.map(vendor => crmCheck(vendor, is(vendor, 'crm'))),
  ];
}
