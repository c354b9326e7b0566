/** Every environment variable Baton reads: checked together, all problems at once, each with its fix. */
import { z } from 'zod';

/** A variable's documentation and rule; `.env.example` and README are tested against this table. */
interface Variable {
  schema: z.ZodType;
  help: string;
  /** Shown as a value in `.env.example`. */
  example?: string;
}

const url = z.url({ protocol: /^https?$/, error: 'must be an http(s) address' });
const text = z.string().min(1);
const port = z.coerce.number('must be a number').int().min(0).max(65_535);

export const VARIABLES = {
  PORT: { schema: port.default(3000), help: 'Port of the web process.', example: '3000' },
  PUBLIC_URL: {
    schema: url.optional(),
    help: 'Address under which Slack, HubSpot and people reach Baton; signatures are computed over it.',
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
  DATA_DIR: { schema: text.default('./data'), help: 'Folder of the embedded PostgreSQL.', example: './data' },
  ENCRYPTION_KEY: {
    schema: text.optional(),
    help: 'Key for tokens at rest (32 bytes, base64 or hex; needed once tokens are stored: many workspaces).',
  },
  LOG_LEVEL: {
    schema: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
    help: 'How much is logged.',
    example: 'info',
  },
  ROLE: { schema: z.enum(['all', 'web', 'worker']).default('all'), help: 'What this process does.', example: 'all' },
  PLAYBOOK: {
    schema: text.default('./playbook.yaml'),
    help: 'The rules file of the one workspace.',
    example: './playbook.yaml',
  },
  HOOK_KEY: {
    schema: z.string().min(16, 'must be at least 16 characters: it is a password in an address'),
    help: 'Secret part of the hook addresses: /hooks/HOOK_KEY/hubspot. Make one with: openssl rand -hex 24',
    example: 'change-me-to-a-long-random-text',
  },
  SLACK_BOT_TOKEN: {
    schema: z.string().startsWith('xoxb-', 'must be a bot token, starting with xoxb-'),
    help: 'Bot User OAuth Token of your Slack app (OAuth & Permissions).',
    example: 'xoxb-…',
  },
  SLACK_SIGNING_SECRET: { schema: text, help: 'Signing Secret of your Slack app (Basic Information).' },
  SLACK_API_URL: {
    schema: url.optional(),
    help: "Base of Slack's Web API; only for a stand-in.",
    example: 'https://slack.com/api/',
  },
  HUBSPOT_ACCESS_TOKEN: {
    schema: text.optional(),
    help: 'Token of a HubSpot private or project app, or a service key.',
  },
  HUBSPOT_CLIENT_SECRET: {
    schema: text.optional(),
    help: "Client secret of that app: HubSpot's webhooks are signed with it.",
  },
  HUBSPOT_API_URL: {
    schema: url.default('https://api.hubapi.com'),
    help: 'Base of the HubSpot API.',
    example: 'https://api.hubapi.com',
  },
  HUBSPOT_API_VERSION: {
    schema: z
      .string()
      .regex(/^(\d{4}-\d{2}|v3)$/, 'must be a date version such as 2026-03')
      .default('2026-03'),
    help: 'Version in the paths of the HubSpot API.',
    example: '2026-03',
  },
  SALESFORCE_LOGIN_URL: {
    schema: url.default('https://login.salesforce.com'),
    help: 'Login host: https://test.salesforce.com for sandboxes, or your My Domain (needed for client credentials).',
    example: 'https://acme.my.salesforce.com',
  },
  SALESFORCE_CLIENT_ID: { schema: text.optional(), help: 'Consumer key of your External Client App.' },
  SALESFORCE_CLIENT_SECRET: { schema: text.optional(), help: 'Its secret, for the client credentials flow.' },
  SALESFORCE_USERNAME: { schema: text.optional(), help: 'User to act as, for the JWT bearer flow.' },
  SALESFORCE_PRIVATE_KEY: {
    schema: z
      .string()
      .regex(/PRIVATE KEY/, 'must be a PEM private key (\\n for line breaks is fine)')
      .optional(),
    help: 'PEM private key of the JWT bearer flow.',
  },
  SMTP_URL: {
    schema: z
      .string()
      .regex(/^smtps?:\/\/[^\s/]/, 'must be smtp://user:password@host:587 or smtps://user:password@host:465')
      .optional(),
    help: 'Mail server through which reps answer leads; left out, the Email button opens their own mail program.',
    example: 'smtps://baton:secret@mail.example.com:465',
  },
  CLEARBIT_API_KEY: { schema: text.optional(), help: 'Legacy Clearbit key.' },
  CLEARBIT_API_URL: {
    schema: url.default('https://company.clearbit.com'),
    help: 'Base of the Clearbit API.',
    example: 'https://company.clearbit.com',
  },
  APOLLO_API_KEY: { schema: text.optional(), help: 'Apollo API key.' },
  APOLLO_API_URL: {
    schema: url.default('https://api.apollo.io/api/v1'),
    help: 'Base of the Apollo API.',
    example: 'https://api.apollo.io/api/v1',
  },
} satisfies Record<string, Variable>;

const schema = z.object(
  Object.fromEntries(Object.entries(VARIABLES).map(([name, { schema }]) => [name, schema])) as {
    [N in keyof typeof VARIABLES]: (typeof VARIABLES)[N]['schema'];
  },
);

type Name = keyof typeof VARIABLES;

/** Rules between variables, judged on what was given, so that they are reported beside every other problem. */
function problemsBetween(given: Partial<Record<Name, string>>): { name: Name; message: string }[] {
  const problems: { name: Name; message: string }[] = [];
  const missing = (name: Name, why: string) => problems.push({ name, message: `is missing: ${why}` });
  const jwt = Boolean(given.SALESFORCE_USERNAME || given.SALESFORCE_PRIVATE_KEY);
  if (jwt && !given.SALESFORCE_PRIVATE_KEY) missing('SALESFORCE_PRIVATE_KEY', 'the JWT bearer flow needs it');
  if (jwt && !given.SALESFORCE_USERNAME) missing('SALESFORCE_USERNAME', 'the JWT bearer flow needs it');
  if (given.SALESFORCE_CLIENT_ID && !jwt && !given.SALESFORCE_CLIENT_SECRET) {
    missing('SALESFORCE_CLIENT_SECRET', 'client credentials need it (or USERNAME and PRIVATE_KEY for JWT bearer)');
  }
  if (!given.SALESFORCE_CLIENT_ID && (given.SALESFORCE_CLIENT_SECRET || jwt)) {
    missing('SALESFORCE_CLIENT_ID', 'the other SALESFORCE_ variables need it');
  }
  if (given.HUBSPOT_CLIENT_SECRET && !given.PUBLIC_URL) {
    missing('PUBLIC_URL', "HubSpot's signatures are computed over it");
  }
  return problems;
}

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
