/** Statements that PostgreSQL keeps parsed and planned: both cost more than most of ours take to run. */
import { LimitedClient } from './session.ts';

/** A text is worth a name when it comes again; lists of changing length make texts that hardly ever do. */
const WORTH_IT = 3;
/** Each name costs every connection some memory of the server's. */
const MOST_NAMES = 400;
/** Texts that are remembered although they have no name yet. */
const MOST_SEEN = 4_000;

/**
 * The result of a kept `select *` changes when a migration adds a column under it, and PostgreSQL then refuses it; texts
 * without values may be several commands, which cannot be kept at all.
 */
const isKeepable = (text: string, values: readonly unknown[]) =>
  values.length > 0 && !/\b(select|returning)\s+\*|\.\*/i.test(text);

/** Names the statements that come often; the same name for the same text on every connection of the process. */
export function statementNames(): (text: string, values: readonly unknown[]) => string | undefined {
  const names = new Map<string, string>();
  const seen = new Map<string, number>();
  return (text, values) => {
    const known = names.get(text);
    if (known || names.size === MOST_NAMES || !isKeepable(text, values)) return known;
    const times = (seen.get(text) ?? 0) + 1;
    if (times < WORTH_IT) {
      if (seen.size === MOST_SEEN) seen.clear();
      seen.set(text, times);
      return undefined;
    }
    seen.delete(text);
    const name = `baton_${names.size}`;
    names.set(text, name);
    return name;
  };
}

const nameOf = statementNames();

type Query = (given: unknown, ...more: unknown[]) => unknown;

/** pg's client, whose frequent statements have names. Asks for one database session a connection, as LISTEN does too. */
export class KeepingClient extends LimitedClient {
  constructor(config?: ConstructorParameters<typeof LimitedClient>[0]) {
    super(config);
    const plain = super.query.bind(this) as Query;
    this.query = ((given: unknown, ...more: unknown[]) => plain(named(given), ...more)) as typeof this.query;
  }
}

function named(given: unknown): unknown {
  if (!isStatement(given)) return given;
  const name = nameOf(given.text, given.values);
  return name ? { ...given, name } : given;
}

function isStatement(given: unknown): given is { text: string; values: unknown[] } {
  return typeof given === 'object' && given !== null && 'text' in given && 'values' in given;
}
