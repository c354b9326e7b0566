/** Every environment variable Baton reads: checked together, all problems at once, each with its fix. */
import { z } from 'zod';
import { CryptoError, parseKeyring } from '../lib/crypto.ts';
import { type EnvVariable, filledText, webAddress } from '../lib/env-variable.ts';

/** Baton's own have values of any kind. */
type Documented = Omit<EnvVariable, 'schema' | 'shared'> & { schema: z.ZodType };

/** What a vendor adds: its variables, and rules between them. */
export interface VendorEnv {
  name: string;
  variables: Readonly<Record<string, EnvVariable>>;
  check?(
    given: Readonly<Record<string, string | undefined>>,
    report: Record<'missing' | 'wrong', (name: string, why: string) => void>,
  ): void;
}

/** Found at start, not when the first token is to be kept. */
function checkKeys(given: string, context: z.RefinementCtx): void {
  try {
    parseKeyring(given);
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    context.addIssue({ code: 'custom', message: error.message.replace(/^ENCRYPTION_KEY:? ?/, '').replace(/\.$/, '') });
  }
}
const port = z.coerce.number('must be a number').int().min(0).max(65_535);

export const VARIABLES = {
  PORT: { schema: port.default(3000), help: 'Port of the web process.', example: '3000' },
  PUBLIC_URL: {
    schema: webAddress.optional(),
    help: 'Address under which Slack, your sources and people reach Baton; signatures are computed over it.',
    example: 'https://baton.example.com',
  },
  DATABASE_URL: {
    schema: z
      .string()
      .regex(/^postgres(ql)?:\/\//, 'must start with postgres://')
      .optional(),
    help: 'Your PostgreSQL; left out, a real PostgreSQL from npm runs in DATA_DIR.',
    example: 'postgres://baton:secret@db.example.com/baton',
  },
  DATA_DIR: { schema: filledText.default('./data'), help: 'Folder of the embedded PostgreSQL.', example: './data' },
  ENCRYPTION_KEY: {
    schema: filledText.superRefine(checkKeys).optional(),
    help: 'Key for tokens at rest: 32 bytes, base64 or hex; needed once people log in at a vendor. Make one with: openssl rand -base64 32. To change it put the new one in front: id2:KEY2,id1:KEY1',
  },
  LOG_LEVEL: {
    schema: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
    help: 'How much is logged.',
    example: 'info',
  },
  ROLE: { schema: z.enum(['all', 'web', 'worker']).default('all'), help: 'What this process does.', example: 'all' },
  PLAYBOOK: {
    schema: filledText.default('./playbook.yaml'),
    help: 'The rules file of the one workspace.',
    example: './playbook.yaml',
  },
  HOOK_KEY: {
    schema: z.string().min(16, 'must be at least 16 characters: it is a password in an address'),
    help: 'Secret part of the hook addresses: /hooks/HOOK_KEY/VENDOR. Make one with: openssl rand -hex 24',
    example: 'change-me-to-a-long-random-text',
  },
  SLACK_BOT_TOKEN: {
    schema: z.string().startsWith('xoxb-', 'must be a bot token, starting with xoxb-'),
    help: 'Bot User OAuth Token of your Slack app (OAuth & Permissions).',
    example: 'xoxb-…',
  },
  SLACK_SIGNING_SECRET: { schema: filledText, help: 'Signing Secret of your Slack app (Basic Information).' },
  SLACK_API_URL: {
    schema: webAddress.optional(),
    help: "Base of Slack's Web API; only for a stand-in.",
    example: 'https://slack.com/api/',
  },
} satisfies Record<string, Documented>;
const schema = z.object(
  Object.fromEntries(Object.entries(VARIABLES).map(([name, { schema }]) => [name, schema])) as {
    [N in keyof typeof VARIABLES]: (typeof VARIABLES)[N]['schema'];
  },
);

/** Baton's own variables, and by vendor what its variables are set to: unset ones are absent. */
export type Env = z.output<typeof schema> & {
  vendors: Readonly<Record<string, Readonly<Record<string, string | undefined>>>>;
};

/** Thrown with every problem at once; `main.ts` prints it and exits with 2. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

/**
 * Reads the environment. Empty values count as absent, as in most `.env` files.
 * @throws ConfigurationError listing every problem with its fix
 */
export function readEnv(given: Record<string, string | undefined>, vendors: readonly VendorEnv[]): Env {
  const present = Object.fromEntries(Object.entries(given).filter(([, value]) => value?.trim()));
  const own = schema.safeParse(present);
  const theirs = vendors.map(vendor => ({ vendor, parsed: schemaOf(vendor).safeParse(present) }));
  const problems = [
    ...[own, ...theirs.map(({ parsed }) => parsed)].flatMap(({ error }) => problemsOf(error, present)),
    ...vendors.flatMap(vendor => problemsBetween(vendor, present)),
  ];
  if (own.success && problems.length === 0) {
    return {
      ...own.data,
      vendors: Object.fromEntries(theirs.map(({ vendor, parsed }) => [vendor.name, parsed.data ?? {}])),
    };
  }
  const help: Record<string, Documented> = Object.assign({}, VARIABLES, ...vendors.map(({ variables }) => variables));
  const lines = problems.map(({ name, message }) => `  ${name} ${message}. ${help[name]?.help ?? ''}`);
  throw new ConfigurationError(
    `Baton cannot start: ${lines.length === 1 ? 'one setting needs' : `${lines.length} settings need`} your attention.\n${lines.join('\n')}\n` +
      'Settings come from the environment or a .env file; .env.example lists them all.',
  );
}

function schemaOf({ variables }: VendorEnv) {
  return z.object(Object.fromEntries(Object.entries(variables).map(([name, { schema }]) => [name, schema])));
}

interface Problem {
  name: string;
  message: string;
}

function problemsOf(error: z.ZodError | undefined, present: Record<string, unknown>): Problem[] {
  return (error?.issues ?? []).map(issue => {
    const name = String(issue.path[0]);
    const isMissing = present[name] === undefined && issue.code === 'invalid_type';
    return { name, message: isMissing ? 'is missing' : issue.message };
  });
}

/** Judged on what was given, so that they are reported beside every other problem. */
function problemsBetween({ check }: VendorEnv, given: Record<string, string | undefined>): Problem[] {
  const problems: Problem[] = [];
  check?.(given, {
    missing: (name, why) => void problems.push({ name, message: `is missing: ${why}` }),
    wrong: (name, why) => void problems.push({ name, message: why }),
  });
  return problems;
}

/** The text of `.env.example`, made from the declarations so that it cannot drift. */
export function envExample(vendors: readonly VendorEnv[]): string {
  const all: Record<string, Documented> = Object.assign({}, VARIABLES, ...vendors.map(({ variables }) => variables));
  return Object.entries(all)
    .map(([name, { help, example, schema }]) => {
      const optional = schema.safeParse(undefined).success;
      return `# ${help}\n${optional ? '# ' : ''}${name}=${example ?? ''}\n`;
    })
    .join('\n');
}
