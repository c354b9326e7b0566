/** `salesforce` as it is written. */
export function labelOf(crmName: string): string {
  return `${crmName.slice(0, 1).toUpperCase()}${crmName.slice(1)}`;
}
