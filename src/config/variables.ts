/** Every environment variable Baton reads, with its rule, its words and its example. */
import { z } from 'zod';
import { CryptoError, parseKeyring } from '../lib/crypto.ts';

/** A variable's documentation and rule; `.env.example` and README are tested against this table. */
export interface Variable {
  schema: z.ZodType;
  help: string;
  /** Shown as a value in `.env.example`; it works as it stands. */
  example?: string;
  /** Shown there as well, and refused: whoever leaves it has not put in their own. */
  placeholder?: string;
}

/** What is said of a port that is none. */
export const PORT_RULE = 'must be a number from 0 to 65535';

const url = z.url({ protocol: /^https?$/, error: 'must be an http(s) address' });
const text = z.string().min(1);
/** What travels in a header or a signature: a sign that was lost or added in copying makes it another. */
const secret = z.string().regex(/^[\x21-\x7e]+$/, 'holds a blank or a sign that no key has: copy it again');

/** Found at start, not when the first token is to be kept. */
function checkKeys(given: string, context: z.RefinementCtx): void {
  try {
    parseKeyring(given);
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    context.addIssue({ code: 'custom', message: error.message.replace(/^ENCRYPTION_KEY:? ?/, '').replace(/\.$/, '') });
  }
}
const port = z.coerce.number(PORT_RULE).int(PORT_RULE).min(0, PORT_RULE).max(65_535, PORT_RULE);

export const VARIABLES = {
  PORT: { schema: port.default(3000), help: 'Port of the web process.', example: '3000' },
  PUBLIC_URL: {
    schema: url.optional(),
    help: 'Address under which Slack, HubSpot and people reach Baton; signatures are computed over it.',
    placeholder: 'https://baton.your-company.example',
  },
  DATABASE_URL: {
    schema: z
      .string()
      .regex(/^postgres(ql)?:\/\//, 'must start with postgres://')
      .refine(given => URL.canParse(given), 'must be an address: write # / ? @ in a password as %23 %2F %3F %40')
      .optional(),
    help: 'Your PostgreSQL; left out, a real PostgreSQL from npm runs in DATA_DIR.',
    placeholder: 'postgres://baton:secret@db.your-company.example/baton',
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
    schema: z
      .string()
      .min(16, 'must be at least 16 characters: it is a password in an address')
      .regex(/^[\w.~+=@:-]*$/, 'must be of letters, digits and - . _ ~: it stands in an address'),
    help: 'Secret part of the hook addresses: /hooks/HOOK_KEY/hubspot. Make one with: openssl rand -hex 24',
    placeholder: 'change-me-to-a-long-random-text',
  },
  SLACK_BOT_TOKEN: {
    schema: z.string().regex(/^xoxb-[\w-]+$/, 'must be a bot token: xoxb- and after it letters, digits and -'),
    help: 'Bot User OAuth Token of your Slack app (OAuth & Permissions).',
    placeholder: 'xoxb-…',
  },
  SLACK_SIGNING_SECRET: { schema: secret, help: 'Signing Secret of your Slack app (Basic Information).' },
  SLACK_API_URL: {
    schema: url.optional(),
    help: "Base of Slack's Web API; only for a stand-in.",
    example: 'https://slack.com/api/',
  },
  HUBSPOT_ACCESS_TOKEN: {
    schema: secret.optional(),
    help: 'Token of a HubSpot private or project app, or a service key.',
  },
  HUBSPOT_CLIENT_SECRET: {
    schema: secret.optional(),
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
    placeholder: 'https://your-company.my.salesforce.com',
  },
  SALESFORCE_CLIENT_ID: { schema: secret.optional(), help: 'Consumer key of your External Client App.' },
  SALESFORCE_FLOW: {
    schema: z.enum(['client_credentials', 'jwt', 'web_server']).optional(),
    help: 'How Baton logs in: client_credentials, jwt, or web_server (an admin connects it on Home). Left out: jwt when USERNAME or PRIVATE_KEY is given, else client_credentials.',
    example: 'web_server',
  },
  SALESFORCE_CLIENT_SECRET: {
    schema: secret.optional(),
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
    placeholder: 'smtps://baton:secret@mail.your-company.example:465',
  },
  CLEARBIT_API_KEY: { schema: secret.optional(), help: 'Legacy Clearbit key.' },
  CLEARBIT_API_URL: {
    schema: url.default('https://company.clearbit.com'),
    help: 'Base of the Clearbit API.',
    example: 'https://company.clearbit.com',
  },
  APOLLO_API_KEY: { schema: secret.optional(), help: 'Apollo API key.' },
  APOLLO_API_URL: {
    schema: url.default('https://api.apollo.io/api/v1'),
    help: 'Base of the Apollo API.',
    example: 'https://api.apollo.io/api/v1',
  },
} satisfies Record<string, Variable>;

export type Name = keyof typeof VARIABLES;
