import type { ServiceFactory } from './service.ts';

/** Every stand-in the sandbox starts. A new vendor is one line here. */
export const serviceTable: ServiceFactory[] = [];
