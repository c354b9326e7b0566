import { serviceName } from './service-name.ts';

/** `salesforce` as it is written. */
export function labelOf(crmName: string): string {
  return serviceName(crmName);
}
