/** Turns zod's issues into sentences for the admin who wrote the file. */
import { z } from 'zod';
import { type Mistyped, nearest } from './suggest.ts';

export interface PlaybookProblem {
  /** `routing[2].when.priority`; empty for the file as a whole. */
  path: string;
  message: string;
  /** The known key or value nearest to what was written. */
  suggestion?: string;
  /** Line of the file, counted from 1, when known. */
  line?: number;
}

/** A problem before it is told: the word that was meant is looked for only where it is. */
export interface FoundProblem {
  path: string;
  message: string;
  mistyped?: Mistyped | undefined;
  line?: number | undefined;
}

/** Problems that are told of one file: nobody mends more of them before looking again. */
const MOST_TOLD = 100;
/** Of them those with a suggestion; each costs a comparison with every known word. */
const MOST_SUGGESTIONS = 20;

/** What the admin reads: the first problems in the order they were found, then how many more there are. */
export function toldProblems(found: readonly FoundProblem[]): PlaybookProblem[] {
  let suggestions = 0;
  const told = found.slice(0, MOST_TOLD).map(({ path, message, mistyped, line }): PlaybookProblem => {
    if (mistyped) suggestions += 1;
    const suggestion =
      mistyped && suggestions <= MOST_SUGGESTIONS ? nearest(mistyped.typed, mistyped.known) : undefined;
    return { path, message, ...(suggestion !== undefined && { suggestion }), ...(line !== undefined && { line }) };
  });
  const more = found.length - told.length;
  const rest = `has ${more} more ${more === 1 ? 'problem' : 'problems'}: mend these first`;
  return more > 0 ? [...told, { path: '', message: rest }] : told;
}

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** Problems of `data` under `schema`, from the issues zod found in it. */
export function describeIssues(issues: readonly Issue[], schema: z.ZodType, data: unknown): FoundProblem[] {
  return issues.flatMap(issue => describeIssue(issue, schema, data, []));
}

function describeIssue(issue: Issue, schema: z.ZodType, data: unknown, base: Path): FoundProblem[] {
  const path = [...base, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(schema, path);
    return issue.keys.map(key => problem([...path, key], 'is not a key Baton knows here', { typed: key, known }));
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    if (isOwn(issue.message) && issue.errors.every(failsAtOnce)) return [problem(path, issue.message)];
    return likeliest(issue.errors).flatMap(inner => describeIssue(inner, schema, data, path));
  }
  // A record blames its key in the key's own words.
  if (issue.code === 'invalid_key') {
    return [problem(path, issue.issues[0]?.message ?? issue.message)];
  }
  if (issue.code === 'invalid_value') {
    const values = issue.values.map(String);
    const written = valueAt(data, path);
    if (written === undefined) return [problem(path, `is missing: must be ${oneOf(values)}`)];
    const meant = values.length > 1 ? { typed: String(written), known: values } : undefined;
    return [problem(path, `must be ${oneOf(values)}`, meant)];
  }
  if (issue.code === 'invalid_type') {
    const written = valueAt(data, path);
    const wrong = isOwn(issue.message) && written !== undefined ? issue.message : wrongType(issue.expected, written);
    return [problem(path, wrong)];
  }
  return [problem(path, sizeMessage(issue) ?? issue.message)];
}

/** Messages written in this folder start with "must"; zod's own start with "Too" or "Invalid". */
function isOwn(message: string): boolean {
  return message.startsWith('must');
}

function failsAtOnce(issues: readonly Issue[]): boolean {
  return issues.every(one => one.path.length === 0 && (one.code === 'invalid_type' || one.code === 'invalid_value'));
}

/** Of a union's branches, the one that got furthest before it failed: that is what the admin was writing. */
function likeliest(branches: readonly (readonly Issue[])[]): readonly Issue[] {
  const depth = (issues: readonly Issue[]) =>
    Math.max(
      ...issues.map(
        issue => issue.path.length + (issue.code === 'invalid_type' || issue.code === 'invalid_value' ? 0 : 1),
      ),
    );
  const misfits = (issues: readonly Issue[]) =>
    issues.filter(one => one.path.length === 0 && one.code === 'invalid_type').length;
  return [...branches].sort((one, other) => misfits(one) - misfits(other) || depth(other) - depth(one))[0] ?? [];
}

function sizeMessage(issue: Issue): string | undefined {
  if (isOwn(issue.message)) return undefined;
  if (issue.code === 'too_small')
    return `must be at least ${issue.minimum}${issue.origin === 'string' ? ' characters' : ''}`;
  if (issue.code === 'too_big')
    return `must be at most ${issue.maximum}${issue.origin === 'string' ? ' characters' : ''}`;
  return undefined;
}

const TYPE_NAMES: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of keys',
  record: 'a group of keys',
};

function wrongType(expected: string, written: unknown): string {
  const wanted = TYPE_NAMES[expected] ?? expected;
  if (written === undefined) return `is missing: must be ${wanted}`;
  if (typeof written === 'number' && !Number.isFinite(written)) return `must be ${wanted}, and not endless`;
  return `must be ${wanted}, not ${written === null ? 'empty' : (TYPE_NAMES[Array.isArray(written) ? 'array' : typeof written] ?? typeof written)}`;
}

function oneOf(values: readonly string[]): string {
  if (values.length === 0) return 'left out, as Baton knows none';
  return values.length === 1 ? `${values[0]}` : `one of ${values.join(', ')}`;
}

function problem(path: Path, message: string, mistyped?: Mistyped): FoundProblem {
  return { path: pathText(path), message, mistyped };
}

/** `routing[2].when.priority`. */
export function pathText(path: Path): string {
  return path.reduce<string>((written, part) => {
    if (typeof part === 'number') return `${written}[${part}]`;
    return written === '' ? String(part) : `${written}.${String(part)}`;
  }, '');
}

function valueAt(data: unknown, path: Path): unknown {
  let value = data;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value;
}

/** The keys a schema knows at a path, looking through defaults, unions, lists and transforms. */
function knownKeys(schema: z.core.$ZodType, path: Path): string[] {
  const inner = unwrap(schema);
  const [part, ...rest] = path;
  if (inner instanceof z.ZodUnion) return inner.options.flatMap(option => knownKeys(option, path));
  if (part === undefined) return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
  if (inner instanceof z.ZodArray) return knownKeys(inner.element, rest);
  if (inner instanceof z.ZodRecord) return knownKeys(inner.valueType, rest);
  const next = inner instanceof z.ZodObject ? inner.shape[String(part)] : undefined;
  return next === undefined ? [] : knownKeys(next, rest);
}

function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodPipe) return unwrap(schema.in);
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault
  ) {
    return unwrap(schema.unwrap());
  }
  return schema;
}
