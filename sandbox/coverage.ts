/** What a stand-in has of its vendor's API: the table its calls are dispatched by, which a test reads too. */

interface Covered {
  /** What of it is there. */
  covers: string;
  /** What it refuses, as the vendor does. */
  refuses?: string;
  /** What the vendor has beyond this. */
  leavesOut?: string;
  /** Where the body says what is wanted: each operation by its name. */
  operations?: Readonly<Record<string, Endpoint>>;
}

/** The vendor has it and the stand-in has not; named because a wider path of the table would answer in its place. */
interface Absent {
  absent: string;
}

/** One endpoint of a vendor. */
export type Endpoint = Covered | Absent;

/**
 * Endpoints by `METHOD /path` below the service's address: `GET|POST` is either, `:name` one segment, `*name` at the end
 * everything that follows; a slash at the end makes no difference. The first that fits a call is its endpoint.
 */
export type Coverage = Readonly<Record<string, Endpoint>>;

export interface Match {
  /** Its key in the table. */
  endpoint: string;
  params: Record<string, string>;
}

export type Matcher = (method: string, path: string) => Match | undefined;

/** Finds the endpoint of a call; none when the table does not have it or says that it is absent. */
export function matcherOf(coverage: Coverage): Matcher {
  const routes = Object.entries(coverage).map(([key, endpoint]) => ({ ...parseKey(key), key, endpoint }));
  return (method, path) => {
    for (const { methods, pattern, names, key, endpoint } of routes) {
      const values = methods.includes(method) ? pattern.exec(path)?.slice(1) : undefined;
      if (!values) continue;
      if ('absent' in endpoint) return undefined;
      return { endpoint: key, params: Object.fromEntries(names.map((name, at) => [name, decoded(values[at] ?? '')])) };
    }
    return undefined;
  };
}

/** The methods and the path of a key. */
export function partsOf(key: string): { methods: string[]; path: string } {
  const [methods = '', path = ''] = key.split(' ', 2);
  return { methods: methods.split('|'), path };
}

function parseKey(key: string): { methods: string[]; pattern: RegExp; names: string[] } {
  const { methods, path } = partsOf(key);
  if (!/^[A-Z|]+ \/\S*$/.test(key)) throw new Error(`"${key}" is no endpoint: write METHOD /path`);
  const names: string[] = [];
  const source = path.split('/').map(segment => {
    if (!/^[:*]/.test(segment)) return RegExp.escape(segment);
    names.push(segment.slice(1));
    return segment.startsWith(':') ? '([^/]+)' : '(.*)';
  });
  return { methods, pattern: new RegExp(`^${source.join('/')}/?$`), names };
}

/** What cannot be decoded is nobody's name: the endpoint finds nothing by it. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The table with every path below another one. */
export function below(prefix: string, coverage: Coverage): Coverage {
  return Object.fromEntries(
    Object.entries(coverage).map(([key, endpoint]) => [keyBelow(prefix, key), endpoint] as const),
  );
}

export function keyBelow(prefix: string, key: string): string {
  const { methods, path } = partsOf(key);
  return `${methods.join('|')} ${prefix}${path}`;
}

/**
 * @throws Error naming endpoints that nothing answers for, or handlers whose endpoint the table does not have.
 * @param handlers whatever answers, by the keys of the table
 */
export function checkCoverage(whose: string, table: Coverage, handlers: Readonly<Record<string, unknown>>): void {
  const missing = Object.keys(table).filter(key => !('absent' in (table[key] ?? {})) && !Object.hasOwn(handlers, key));
  const unlisted = Object.keys(handlers).filter(key => !Object.hasOwn(table, key) || 'absent' in (table[key] ?? {}));
  if (missing.length + unlisted.length === 0) return;
  const said = [...missing.map(key => `nothing answers ${key}`), ...unlisted.map(key => `${key} is not in the table`)];
  throw new Error(`the coverage table of ${whose} is not true: ${said.join('; ')}`);
}
