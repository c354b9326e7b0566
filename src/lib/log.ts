/** JSON lines on standard output, one an event; secrets never reach them. */
import { inspect } from 'node:util';
import { type DestinationStream, type LevelWithSilent, type Logger as PinoLogger, pino } from 'pino';
import { withoutHiddenValues } from './hidden-values.ts';

export type Logger = PinoLogger;

export interface LogOptions {
  level: LevelWithSilent;
  /** Standard output unless given. */
  destination?: DestinationStream;
}

const HIDDEN = '[hidden]';
const DEEPEST = 8;

/** Keys, folded to lower-case letters, whose values are secrets: `access_token`, `X-Api-Key`, `clientSecret`. */
const SECRET_KEY =
  /(token|secret|authorization|password|passphrase|privatekey|apikey|encryptionkey|hookkey|cookie|assertion|codeverifier)$/;

/** Shapes that are secrets wherever they stand, even inside a message somebody else wrote. */
const SECRET_SHAPES: [RegExp, string][] = [
  [/xox[a-z](\.xox[a-z])?-[\w-]{6,}/g, HIDDEN],
  [/xapp-[\w-]{6,}/g, HIDDEN],
  [/\bpat-[a-z]{2,3}\d?-[\w-]{20,}/g, HIDDEN],
  [/(Bearer|Basic) +[\w.~+/-]{8,}=*/gi, `$1 ${HIDDEN}`],
  [/([?&](?:access_token|api_key|apikey|token|code|client_secret)=)[^&\s"\\]+/gi, `$1${HIDDEN}`],
  [/(\/hooks\/)[\w-]{16,}/g, `$1${HIDDEN}`],
  // People of any kind: what happened to whom is on the timeline, by ids that the line carries.
  [/[\p{L}\p{N}._%+'-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu, '[address]'],
  [/\+\d{1,3}[ ().\d-]{6,18}\d/g, '[number]'],
  [/(?<![\w.:-])\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?![\w.:-])/g, '[number]'],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[^"]*?-----END [A-Z ]*PRIVATE KEY-----/g, HIDDEN],
];

/** A logger that hides secret-like keys at any depth, in errors and child bindings too, and secret-like texts anywhere. */
export function createLogger({ level, destination }: LogOptions): Logger {
  const options = {
    level,
    serializers: { err: (error: unknown) => (error instanceof Error ? errorOf(error, 0) : hide(error, 0)) },
    formatters: {
      level: (label: string) => ({ level: label }),
      log: hideAll,
    },
    // The last look before a line leaves. No shape contains a quote or a line break of JSON, so lines stay whole.
    hooks: {
      streamWrite: withoutShapes,
    },
  };
  const logger: Logger = destination ? pino(options, destination) : pino(options);
  // Formatters do not see what children are born with. Children inherit this method, so it holds for theirs too.
  const { child } = logger;
  return Object.assign(logger, {
    child(this: Logger, bindings: Record<string, unknown>, childOptions?: Parameters<Logger['child']>[1]) {
      return child.call(this, hideAll(bindings), childOptions);
    },
  });
}

function withoutShapes(line: string): string {
  return SECRET_SHAPES.reduce((text, [shape, instead]) => text.replace(shape, instead), line);
}

/** The whole error for a terminal: what a line of the log would say of it, and nothing that a line hides. */
export function printableError(error: Error): string {
  const { type: _type, message: _message, stack, ...more } = errorOf(error, 0);
  const fields = Object.keys(more).length > 0 ? `\n${inspect(more, { depth: DEEPEST })}` : '';
  return withoutShapes(`${stack}${fields}`);
}

/** `err` is left to its serializer, which needs the Error itself. */
function hideAll(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [key, key === 'err' ? value : hideUnder(key, value, 0)]),
  );
}

function hideUnder(key: string, value: unknown, depth: number): unknown {
  const secret = SECRET_KEY.test(key.toLowerCase().replace(/[^a-z]/g, ''));
  return secret && value !== undefined && value !== null && value !== '' ? HIDDEN : hide(value, depth);
}

function hide(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return withoutHiddenValues(value, HIDDEN);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEEPEST) return '[deeper]';
  if (value instanceof Error) return errorOf(value, depth + 1);
  if (Array.isArray(value)) return value.map(one => hide(one, depth + 1));
  if (value instanceof Uint8Array) return `[${value.byteLength} bytes]`;
  // Dates and the like say themselves how they are written.
  if ('toJSON' in value && typeof value.toJSON === 'function') return hide(value.toJSON(), depth + 1);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, hideUnder(key, one, depth + 1)]));
}

/** What PostgreSQL says of an error beside its message that holds no value of a row: never `detail`, `where`, `hint`. */
const OF_DATABASE = new Set(['code', 'severity', 'schema', 'table', 'column', 'dataType', 'constraint', 'routine']);
/** Names of tables are quoted as well: the fields above have those. */
const QUOTED = /"(?:[^"\\]|\\.)*"/g;

/** PostgreSQL's errors, and the same as knex and the job queue pass them on. */
const isOfDatabase = (error: Error): boolean => 'severity' in error && 'routine' in error;

interface ErrorTold {
  type: string;
  message: string;
  stack: string;
  [more: string]: unknown;
}

/**
 * Errors of vendors' libraries carry whole requests, headers and all: their own fields are hidden like any other. What
 * caused one stands below it, not in its message, where nothing of it could be hidden any more.
 */
function errorOf(error: Error, depth: number): ErrorTold {
  const { cause } = error;
  const { cause: _cause, message: _message, stack: _stack, ...fields } = { ...error } as Record<string, unknown>;
  const isTheirs = isOfDatabase(error);
  const told = isTheirs ? Object.fromEntries(Object.entries(fields).filter(([key]) => OF_DATABASE.has(key))) : fields;
  const said = (text: string) => withoutHiddenValues(isTheirs ? text.replace(QUOTED, `"${HIDDEN}"`) : text, HIDDEN);
  return {
    type: error.constructor.name,
    message: said(error.message),
    stack: said(error.stack ?? ''),
    ...(hide(told, depth) as object),
    ...(error instanceof AggregateError && { errors: error.errors.map(one => hide(one, depth + 1)) }),
    ...(cause !== undefined && { cause: hide(cause, depth + 1) }),
  };
}
