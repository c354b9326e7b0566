/** One meter of the header `Sforce-Limit-Info`. */
export interface Usage {
  used: number;
  limit: number;
  appName?: string;
}

/**
 * Reads `Sforce-Limit-Info` by key: `api-usage=18/5000`, newer pods append `; api-bursts=1/750` and
 * `; per-app-api-usage=17/250(appName=x)`. What cannot be read is left out.
 */
export function parseLimitInfo(header: string | undefined): Record<string, Usage> {
  const meters: Record<string, Usage> = {};
  for (const part of (header ?? '').split(';')) {
    const match = /^\s*([\w-]+)=(\d+)\/(\d+)(?:\(appName=([^)]*)\))?\s*$/.exec(part);
    if (!match?.[1]) continue;
    const usage: Usage = { used: Number(match[2]), limit: Number(match[3]) };
    meters[match[1]] = match[4] === undefined ? usage : { ...usage, appName: match[4] };
  }
  return meters;
}
