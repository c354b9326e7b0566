/** Names of what Baton is connected to, as people know them: its vendors' labels, and Slack's. */
import type { PlaybookVendor } from './playbook-vendors.ts';

const labels = new Map<string, string>([['slack', 'Slack']]);
/** Roles that are said of vendors with more than one: their label alone does not say which connection is meant. */
const rolesSaid = new Map<string, ReadonlySet<string>>();

/**
 * Makes vendors' labels known in this process. Whoever puts a process together does it once, from the manifests, before
 * anything is said to anybody: labels are constants of the vendor table, whatever the workspace.
 */
export function introduceVendors(vendors: readonly (PlaybookVendor & { roles?: object })[]): void {
  for (const { name, label, roles = {}, playbook } of vendors) {
    labels.set(name, label);
    const all = Object.keys(roles);
    // Whoever has not named it as the CRM knows one connection of it, by its label alone.
    const beside = all.filter(role => role !== 'sequencer');
    const said = playbook?.crm?.mustBeNamed ? ['crm'] : beside;
    // Sequences come later than the rest: what was there keeps its name.
    if (all.length > 1) rolesSaid.set(name, new Set([...(beside.length > 1 ? said : []), 'sequencer']));
  }
}

/** The label of a vendor by its key; one that nobody introduced is written with a capital. */
export function serviceName(key: string): string {
  return labels.get(key.toLowerCase()) ?? `${key.slice(0, 1).toUpperCase()}${key.slice(1)}`;
}

const ROLE_WORDS: Readonly<Record<string, string>> = {
  source: 'source',
  crm: 'CRM',
  enricher: 'enricher',
  mailer: 'mail',
  scheduler: 'meetings',
  sequencer: 'sequences',
};

/** A connection as people know it: the vendor's label, and as what it is connected where it may be several things. */
export function connectionName({ vendor, role }: { vendor: string; role: string }): string {
  const name = serviceName(vendor);
  return rolesSaid.get(vendor)?.has(role) ? `${name} (${ROLE_WORDS[role] ?? role})` : name;
}
