import { type ApolloOptions, apollo } from './apollo.ts';
import { type ClearbitOptions, clearbit } from './clearbit.ts';
import type { Enricher } from './enricher.ts';

/** Every enricher by the name a playbook uses. A new vendor is one line here. */
export const enricherTable = {
  clearbit,
  apollo,
} satisfies Record<string, (options: ClearbitOptions & ApolloOptions) => Enricher>;
