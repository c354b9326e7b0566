import type { PlaybookVendor, PlaybookVendors } from '../domain/playbook-vendors.ts';

/** What playbooks may name, from a table of vendors and in its order. Pure. */
export function playbookVendorsOf(table: readonly PlaybookVendor[]): PlaybookVendors {
  const parts = table.flatMap(({ name, label, playbook }) => (playbook ? [{ name, label, ...playbook }] : []));
  return {
    sources: Object.fromEntries(
      parts.flatMap(({ name, label, source }) => (source ? [[name, { label, ...source }]] : [])),
    ),
    enrichers: parts.flatMap(({ name, enricher }) => (enricher ? [name] : [])),
    sequencers: Object.fromEntries(parts.flatMap(({ name, label, sequencer }) => (sequencer ? [[name, label]] : []))),
    crms: Object.fromEntries(
      parts.flatMap(({ name, label, crm }) => (crm ? [[name, { label, vocabulary: crm }]] : [])),
    ),
  };
}
