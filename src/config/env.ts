/** Every environment variable Baton reads: checked together, all problems at once, each with its fix. */
import { z } from 'zod';
import { CryptoError, parseKeyring } from '../lib/crypto.ts';

/** A variable's documentation and rule; `.env.example` and README are tested against this table. */
interface Variable {
  schema: z.ZodType;
  help: string;
  /** Shown as a value in `.env.example`. */
  example?: string;
}

const url = z.url({ protocol: /^https?$/, error: 'must be an http(s) address' });
const text = z.string().min(1);

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
  HEALTH_PORT: {
    schema: port.optional(),
    help: 'Where a process that is only a worker answers /health/live, /health/ready and /metrics; unset: nowhere.',
    example: '3001',
  },
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
    schema: text.superRefine(checkKeys).optional(),
    help: 'Key for tokens at rest: 32 bytes, base64 or hex; needed once people log in to Salesforce. Make one with: openssl rand -base64 32. To change it put the new one in front: id2:KEY2,id1:KEY1',
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
  SALESFORCE_FLOW: {
    schema: z.enum(['client_credentials', 'jwt', 'web_server']).optional(),
    help: 'How Baton logs in: client_credentials, jwt, or web_server (an admin connects it on Home). Left out: jwt when USERNAME or PRIVATE_KEY is given, else client_credentials.',
    example: 'web_server',
  },
  SALESFORCE_CLIENT_SECRET: {
    schema: text.optional(),
    help: 'Its secret, for the client credentials flow, and for web_server when the app requires one.',
  },
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
  salesforceProblems(given, missing);
  if (given.SALESFORCE_FLOW === 'web_server' && given.PUBLIC_URL && !isSecureOrLocal(given.PUBLIC_URL)) {
    const message = 'must start with https://: Salesforce sends people back to nothing else (http only for localhost)';
    problems.push({ name: 'PUBLIC_URL', message });
  }
  if (given.HUBSPOT_CLIENT_SECRET && !given.PUBLIC_URL) {
    missing('PUBLIC_URL', "HubSpot's signatures are computed over it");
  }
  return problems;
}

/** What each flow needs, whether it was named or follows from what is given. */
function salesforceProblems(given: Partial<Record<Name, string>>, missing: (name: Name, why: string) => void): void {
  const credentials = Boolean(given.SALESFORCE_USERNAME || given.SALESFORCE_PRIVATE_KEY);
  const flow = given.SALESFORCE_FLOW ?? (credentials ? 'jwt' : 'client_credentials');
  const needs = (name: Name, why: string) => {
    if (!given[name]) missing(name, why);
  };
  const wanted = given.SALESFORCE_FLOW || given.SALESFORCE_CLIENT_SECRET || credentials;
  if (wanted) needs('SALESFORCE_CLIENT_ID', 'the other SALESFORCE_ variables need it');
  if (!wanted && !given.SALESFORCE_CLIENT_ID) return;
  if (flow === 'jwt') {
    needs('SALESFORCE_PRIVATE_KEY', 'the JWT bearer flow needs it');
    needs('SALESFORCE_USERNAME', 'the JWT bearer flow needs it');
  }
  if (flow === 'client_credentials') {
    needs(
      'SALESFORCE_CLIENT_SECRET',
      'client credentials need it (or USERNAME and PRIVATE_KEY for JWT bearer, or SALESFORCE_FLOW=web_server to log in)',
    );
  }
  if (flow === 'web_server') {
    needs('ENCRYPTION_KEY', 'the tokens of a login are kept sealed with it');
    needs('PUBLIC_URL', 'Salesforce sends people back to it after they logged in');
  }
}

function isSecureOrLocal(address: string): boolean {
  if (!URL.canParse(address)) return true;
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
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
