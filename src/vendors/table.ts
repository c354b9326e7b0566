/** The one list of vendors. A new one is a line here. */
import type { Vendor } from './vendor.ts';

export const VENDORS: readonly Vendor[] = [];
