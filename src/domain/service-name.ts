/** Names of what Baton is connected to, as people know them: its vendors' labels, and Slack's. */
const labels = new Map<string, string>([['slack', 'Slack']]);

/**
 * Makes vendors' labels known in this process. Whoever puts a process together does it once, from the manifests, before
 * anything is said to anybody: labels are constants of the vendor table, whatever the workspace.
 */
export function introduceVendors(vendors: readonly { name: string; label: string }[]): void {
  for (const { name, label } of vendors) labels.set(name, label);
}

/** The label of a vendor by its key; one that nobody introduced is written with a capital. */
export function serviceName(key: string): string {
  return labels.get(key.toLowerCase()) ?? `${key.slice(0, 1).toUpperCase()}${key.slice(1)}`;
}
