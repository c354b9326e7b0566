/** The environment, checked: all problems at once, each with its fix. */
import { z } from 'zod';
import { notConnected, type Problem, problemsBetween } from './env-rules.ts';
import { type Name, VARIABLES, type Variable } from './variables.ts';

const schema = z.object(
  Object.fromEntries(Object.entries(VARIABLES).map(([name, { schema }]) => [name, schema])) as {
    [N in keyof typeof VARIABLES]: (typeof VARIABLES)[N]['schema'];
  },
);

export type Env = z.output<typeof schema>;

/** Thrown with every problem at once; `main.ts` prints it and exits with 2. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

/**
 * Reads the environment. Empty values count as absent, as in most `.env` files.
 * @throws ConfigurationError listing every problem with its fix
 */
export function readEnv(given: Record<string, string | undefined>): Env {
  const present: Given = Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => (value?.trim() ? [[name, value.trim()]] : [])),
  );
  const parsed = schema.safeParse(present);
  const problems = [...ownProblems(present, parsed.error?.issues ?? []), ...problemsBetween(present)];
  if (parsed.success && problems.length === 0) return parsed.data;
  const lines = problems.map(line);
  const unset = notConnected(present).map(text => `  ${text}`);
  throw new ConfigurationError(
    [
      `Baton cannot start: ${lines.length === 1 ? 'one setting needs' : `${lines.length} settings need`} your attention.`,
      ...lines,
      ...(unset.length > 0 ? ['It starts without these, but has little to do:', ...unset] : []),
      'Settings come from the environment or a .env file; .env.example lists them all.',
    ].join('\n'),
  );
}

type Given = Partial<Record<Name, string>>;

/** One problem a variable: of an example that was left there is nothing else to say. */
function ownProblems(present: Given, issues: readonly z.core.$ZodIssue[]): Problem[] {
  const left = (Object.keys(VARIABLES) as Name[]).filter(name => isExample(name, present[name]));
  const others = issues.flatMap(issue => {
    const name = String(issue.path[0]) as Name;
    if (left.includes(name)) return [];
    const missing = present[name] === undefined && issue.code === 'invalid_type';
    return [{ name, message: missing ? 'is missing' : issue.message }];
  });
  return [...left.map(name => ({ name, message: 'still has the value of .env.example: put in your own' })), ...others];
}

/** The placeholder as it is, or any text that only says what is to be put in its place. */
function isExample(name: Name, value: string | undefined): boolean {
  if (value === undefined) return false;
  const { placeholder }: Variable = VARIABLES[name];
  return value === placeholder || /^change-?me|…|\.\.\.$|^<.*>$/i.test(value);
}

const line = ({ name, message }: Problem) => `  ${name} ${message}. ${VARIABLES[name].help}`;

/** The text of `.env.example`, made from the table so that it cannot drift. */
export function envExample(): string {
  return Object.entries(VARIABLES as Record<string, Variable>)
    .map(([name, { help, example, placeholder, schema }]) => {
      const optional = schema.safeParse(undefined).success;
      return `# ${help}\n${optional ? '# ' : ''}${name}=${example ?? placeholder ?? ''}\n`;
    })
    .join('\n');
}
