/** The environment, checked: all problems at once, each with its fix. */
import { z } from 'zod';
import { problemsBetween } from './env-rules.ts';
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
  const present = Object.fromEntries(Object.entries(given).filter(([, value]) => value?.trim()));
  const parsed = schema.safeParse(present);
  const between = problemsBetween(present);
  if (parsed.success && between.length === 0) return parsed.data;
  const own = (parsed.error?.issues ?? []).map(issue => {
    const name = String(issue.path[0]) as Name;
    const missing = present[name] === undefined && issue.code === 'invalid_type';
    return { name, message: missing ? 'is missing' : issue.message };
  });
  const lines = [...own, ...between].map(({ name, message }) => `  ${name} ${message}. ${VARIABLES[name].help}`);
  throw new ConfigurationError(
    `Baton cannot start: ${lines.length === 1 ? 'one setting needs' : `${lines.length} settings need`} your attention.\n${lines.join('\n')}\n` +
      'Settings come from the environment or a .env file; .env.example lists them all.',
  );
}

/** The text of `.env.example`, made from the table so that it cannot drift. */
export function envExample(): string {
  return Object.entries(VARIABLES as Record<string, Variable>)
    .map(([name, { help, example, schema }]) => {
      const optional = schema.safeParse(undefined).success;
      return `# ${help}\n${optional ? '# ' : ''}${name}=${example ?? ''}\n`;
    })
    .join('\n');
}
