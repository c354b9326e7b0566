/**
 * Liquid for plain text that people write and others fill in: no files, no unknown names, limits on size and time.
 * Values are never read as templates.
 */
import { Liquid, type Template } from 'liquidjs';
import { toError } from './errors.ts';

/** Values by group and name: `{{ lead.first_name }}`. */
export type TemplateValues = Record<string, Record<string, string>>;
/** The same with names that stand in no group: `{{ booking_link }}`. */
export type MoreValues = Record<string, string | Record<string, string>>;

const MOST_CHARACTERS = 20_000;
/** Milliseconds; far more than any text takes, on a slow machine too. */
const LONGEST = 2_000;
/** Characters and list entries one rendering may make. */
const MOST_MEMORY = 1_000_000;

const engine = new Liquid({
  strictFilters: true,
  strictVariables: true,
  ownPropertyOnly: true,
  parseLimit: MOST_CHARACTERS,
  renderLimit: LONGEST,
  memoryLimit: MOST_MEMORY,
  templates: {},
});
// There are no other files to take in.
for (const tag of ['include', 'render', 'layout', 'block']) delete engine.tags[tag];

/** A name in a template that nobody fills in. */
export interface UnknownName {
  name: string;
}

/**
 * What is wrong with a template before anybody uses it; `known` are names such as `lead.first_name`, and any name may
 * stand in `openGroup`.
 */
export function templateProblem(
  source: string,
  known: readonly string[],
  openGroup?: string,
): string | UnknownName | undefined {
  let parsed: Template[];
  try {
    parsed = engine.parse(source);
  } catch (error) {
    return firstLine(error);
  }
  for (const [group, name, ...more] of engine.globalVariableSegmentsSync(parsed)) {
    if (openGroup !== undefined && group === openGroup && isText(name) && more.length === 0) continue;
    const written = [group, name].filter(part => typeof part === 'string').join('.');
    const isList = more.some(part => !['size', 'first', 'last'].includes(String(part)));
    if (!known.includes(written) || isList) return { name: [group, name, ...more].filter(isText).join('.') };
  }
  return undefined;
}

/** The names a template uses of one group. */
export function namesOf(source: string, group: string): string[] {
  return engine
    .globalVariableSegmentsSync(engine.parse(source))
    .flatMap(([one, name]) => (one === group && isText(name) ? [name] : []));
}

const isText = (part: unknown): part is string => typeof part === 'string';

/**
 * The text with every name filled in.
 * @throws Error for what `templateProblem` would have named, and for a text that grows without end
 */
export function fillTemplate(source: string, values: MoreValues): string {
  try {
    return String(engine.parseAndRenderSync(source, values));
  } catch (error) {
    throw new Error(firstLine(error), { cause: error });
  }
}

/** The vendor's message goes on with the lines around the place. */
function firstLine(error: unknown): string {
  return (toError(error).message.split('\n')[0] ?? '').replace(/, line:(\d+), col:(\d+)$/, ' (line $1, column $2)');
}
