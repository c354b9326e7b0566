/** The environment, checked: all problems at once, each with its fix. */
import { z } from 'zod';
import type { EnvVariable } from '../lib/env-variable.ts';
import { VARIABLES } from './variables.ts';

const schema = z.object(
  Object.fromEntries(Object.entries(VARIABLES).map(([name, { schema }]) => [name, schema])) as {
    [N in keyof typeof VARIABLES]: (typeof VARIABLES)[N]['schema'];
  },
);

/** Variables as they are given: by name, the unset and empty ones absent. */
type Given = Readonly<Record<string, string | undefined>>;

/** What a vendor adds: its variables, and rules between them. */
export interface VendorEnv {
  name: string;
  variables: Readonly<Record<string, EnvVariable>>;
  check?(given: Given, report: Record<'missing' | 'wrong', (name: string, why: string) => void>): void;
  /** One sentence where Baton does little without this vendor and it is not connected; undefined when it is. */
  lacking?(given: Given): string | undefined;
}

/** Baton's own variables, and by vendor what its variables are set to. */
export type Env = z.output<typeof schema> & { vendors: Readonly<Record<string, Given>> };

/** Thrown with every problem at once; `main.ts` prints it and exits with 2. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

/**
 * Reads the environment. Empty values count as absent, as in most `.env` files.
 * @throws ConfigurationError listing every problem with its fix
 */
export function readEnv(given: Given, vendors: readonly VendorEnv[]): Env {
  const present: Given = Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => (value?.trim() ? [[name, value.trim()]] : [])),
  );
  const own = schema.safeParse(present);
  const theirs = vendors.map(vendor => ({ vendor, parsed: schemaOf(vendor).safeParse(present) }));
  const issues = [own, ...theirs.map(({ parsed }) => parsed)].flatMap(({ error }) => error?.issues ?? []);
  const documented = documentedBy(vendors);
  const problems = [
    ...problemsOf(present, issues, documented),
    ...slackProblems(present),
    ...vendors.flatMap(vendor => problemsBetween(vendor, present)),
  ];
  if (own.success && problems.length === 0) {
    const settings = theirs.map(({ vendor, parsed }) => [vendor.name, parsed.data ?? {}]);
    return { ...own.data, vendors: Object.fromEntries(settings) };
  }
  throw refusal(problems, documented, lackingOf(present, vendors));
}

/** A sentence for each vendor that Baton starts without and then misses. */
export function notConnected({ vendors: settings, ...own }: Env, vendors: readonly VendorEnv[]): string[] {
  // Each workspace connects its own.
  if (isHosted(own)) return [];
  const core = Object.entries(own).map(([name, value]) => [name, value === undefined ? undefined : String(value)]);
  return lackingOf(Object.assign(Object.fromEntries(core), ...Object.values(settings)), vendors);
}

const lackingOf = (given: Given, vendors: readonly VendorEnv[]) =>
  vendors.flatMap(vendor => vendor.lacking?.(given) ?? []);

interface Problem {
  name: string;
  message: string;
}

function refusal(problems: readonly Problem[], documented: Documented, lacking: readonly string[]) {
  const lines = problems.map(({ name, message }) => `  ${name} ${message}. ${documented[name]?.help ?? ''}`);
  return new ConfigurationError(
    [
      `Baton cannot start: ${lines.length === 1 ? 'one setting needs' : `${lines.length} settings need`} your attention.`,
      ...lines,
      ...(lacking.length > 0
        ? ['It starts without these, but has little to do:', ...lacking.map(text => `  ${text}`)]
        : []),
      'Settings come from the environment or a .env file; .env.example lists them all.',
    ].join('\n'),
  );
}

/** Baton's own have values of any kind. */
type Documented = Readonly<Record<string, Omit<EnvVariable, 'schema' | 'shared'> & { schema: z.ZodType }>>;

const documentedBy = (vendors: readonly VendorEnv[]): Documented =>
  Object.assign({}, VARIABLES, ...vendors.map(({ variables }) => variables));

function schemaOf({ variables }: VendorEnv) {
  return z.object(Object.fromEntries(Object.entries(variables).map(([name, { schema }]) => [name, schema])));
}

/** One problem a variable: of an example that was left there is nothing else to say. */
function problemsOf(present: Given, issues: readonly z.core.$ZodIssue[], documented: Documented): Problem[] {
  const left = Object.keys(documented).filter(name => isExample(present[name], documented[name]?.placeholder));
  const others = issues.flatMap(issue => {
    const name = String(issue.path[0]);
    if (left.includes(name)) return [];
    const isMissing = present[name] === undefined && issue.code === 'invalid_type';
    return [{ name, message: isMissing ? 'is missing' : wordsOf(issue) }];
  });
  return [...left.map(name => ({ name, message: 'still has the value of .env.example: put in your own' })), ...others];
}

/** Of a choice the library's own words are for programmers. */
function wordsOf(issue: z.core.$ZodIssue): string {
  const isOwn = issue.code !== 'invalid_value' || !issue.message.startsWith('Invalid ');
  return isOwn ? issue.message : `must be one of ${issue.values.join(', ')}`;
}

/** The placeholder as it is, or any text that only says what is to be put in its place. */
function isExample(value: string | undefined, placeholder: string | undefined): boolean {
  if (value === undefined) return false;
  return value === placeholder || /^change-?me|…|\.\.\.$|^<.*>$/i.test(value);
}

/** Judged on what was given, so that they are reported beside every other problem. */
function problemsBetween({ check }: VendorEnv, given: Given): Problem[] {
  const problems: Problem[] = [];
  check?.(given, {
    missing: (name, why) => void problems.push({ name, message: `is missing: ${why}` }),
    wrong: (name, why) => void problems.push({ name, message: why }),
  });
  return problems;
}

/** Either one company's own bot, or an app that any workspace installs; both, and others install it beside the company. */
function slackProblems(given: Given): Problem[] {
  const missing = (name: string, why?: string) =>
    given[name] === undefined ? [{ name, message: why ? `is missing: ${why}` : 'is missing' }] : [];
  const app = ['SLACK_CLIENT_ID', 'SLACK_CLIENT_SECRET'];
  const isApp = app.some(name => given[name] !== undefined);
  const halves = [
    ...(isApp ? app.flatMap(name => missing(name, `${app.join(' and ')} come together`)) : []),
    // Over the socket nothing is signed.
    ...(given.SLACK_APP_TOKEN === undefined ? missing('SLACK_SIGNING_SECRET') : []),
  ];
  if (given.SLACK_BOT_TOKEN !== undefined) return [...halves, ...missing('HOOK_KEY')];
  if (!isApp) return [...halves, ...missing('SLACK_BOT_TOKEN'), ...missing('HOOK_KEY')];
  return [
    ...halves,
    ...missing('ENCRYPTION_KEY', 'the tokens of every workspace are kept with it'),
    ...missing('PUBLIC_URL', 'Slack sends browsers back there'),
  ];
}

/** No company of the environment's own: whatever is set, workspaces install Baton. */
export const isHosted = (given: SlackSettings): boolean =>
  !given.SLACK_BOT_TOKEN?.trim() && Boolean(given.SLACK_CLIENT_ID?.trim() || given.SLACK_CLIENT_SECRET?.trim());

type SlackSettings = Partial<Record<'SLACK_BOT_TOKEN' | 'SLACK_CLIENT_ID' | 'SLACK_CLIENT_SECRET', string | undefined>>;

/** The environment's own company: absent where Baton is only what workspaces install. */
export function ownCompany({
  SLACK_BOT_TOKEN: botToken,
  HOOK_KEY: hookKey,
}: Pick<Env, 'SLACK_BOT_TOKEN' | 'HOOK_KEY'>): OwnCompany | undefined {
  return botToken !== undefined && hookKey !== undefined ? { botToken, hookKey } : undefined;
}

export interface OwnCompany {
  botToken: string;
  hookKey: string;
}

/** The text of `.env.example`, made from the declarations so that it cannot drift. */
export function envExample(vendors: readonly VendorEnv[]): string {
  return Object.entries(documentedBy(vendors))
    .map(([name, { help, example, placeholder, schema }]) => {
      const optional = schema.safeParse(undefined).success;
      return `# ${help}\n${optional ? '# ' : ''}${name}=${example ?? placeholder ?? ''}\n`;
    })
    .join('\n');
}
