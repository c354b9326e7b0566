/** Vendors that people connect with typed keys. */
import type { Env } from '../config/env.ts';
import type { KeyConnect } from '../contracts/key-connect.ts';
import type { Clock } from '../lib/clock.ts';
import { keyConnectOf } from '../vendors/key-connect.ts';
import type { Vendor } from '../vendors/vendor.ts';

/** By name. */
export function keyVendors(table: readonly Vendor[], env: Env, clock: Clock): Record<string, KeyConnect> {
  const keyed = table.flatMap(vendor => {
    const connect = keyConnectOf(vendor, env.vendors[vendor.name] ?? {}, clock);
    return connect ? [[vendor.name, connect] as const] : [];
  });
  return Object.fromEntries(keyed);
}
