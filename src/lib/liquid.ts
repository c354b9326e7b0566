/**
 * Liquid for plain text that people write and others fill in: no files, no unknown names, limits on size and time.
 * Values are never read as templates.
 */
import { Context, Liquid, type Template } from 'liquidjs';
import { toError } from './errors.ts';

/** Values by group and name: `{{ lead.first_name }}`. */
export type TemplateValues = Record<string, Record<string, string>>;
/** The same with names that stand in no group: `{{ booking_link }}`. */
export type MoreValues = Record<string, string | Record<string, string>>;

const MOST_CHARACTERS = 20_000;
/** Pieces of a template that one rendering goes through, each turn of a loop anew: some 20 ms of work, whatever the machine is busy with. */
const MOST_STEPS = 10_000;
/** Characters and list entries one rendering may make. */
const MOST_MEMORY = 200_000;
const TOO_MUCH = 'a loop turns too often, or a list is too long';

const engine = new Liquid({
  strictFilters: true,
  strictVariables: true,
  ownPropertyOnly: true,
  parseLimit: MOST_CHARACTERS,
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

/** Would it do too much for whatever lead there is? What depends on the values is found when they are filled in. */
export function runsAway(source: string): boolean {
  try {
    const parsed = engine.parse(source);
    const values: Record<string, unknown> = {};
    for (const [group, name] of engine.globalVariableSegmentsSync(parsed)) {
      if (isText(group)) values[group] = isText(name) ? { ...Object(values[group]), [name]: 'x' } : 'x';
    }
    render(parsed, values as MoreValues);
    return false;
  } catch (error) {
    return isTooMuch(error);
  }
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
    return render(engine.parse(source), values);
  } catch (error) {
    throw new Error(isTooMuch(error) ? TOO_MUCH : firstLine(error), { cause: error });
  }
}

/** By time the engine's own limit would fail a text because the machine is busy: steps are counted in its place. */
function render(parsed: Template[], values: MoreValues): string {
  let steps = 0;
  const renderLimit = {
    check: () => {
      steps += 1;
      if (steps > MOST_STEPS) throw new Error('steps limit exceeded');
    },
    use: () => undefined,
  };
  const limits = { renderLimit } as unknown as NonNullable<ConstructorParameters<typeof Context>[3]>;
  const sync = { sync: true };
  return String(engine.renderSync(parsed, new Context(values, engine.options, sync, limits), sync));
}

const isTooMuch = (error: unknown) => / limit exceeded/.test(toError(error).message);

/** The vendor's message goes on with the lines around the place. */
function firstLine(error: unknown): string {
  return (toError(error).message.split('\n')[0] ?? '').replace(/, line:(\d+), col:(\d+)$/, ' (line $1, column $2)');
}
