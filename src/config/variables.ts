/** Every environment variable Baton reads, with its rule, its words and its example. */
import { z } from 'zod';
import { CryptoError, parseKeyring } from '../lib/crypto.ts';
import { type EnvVariable, filledText, secretText, webAddress } from '../lib/env-variable.ts';

type Variable = Omit<EnvVariable, 'schema' | 'shared'> & { schema: z.ZodType };

/** What is said of a port that is none. */
export const PORT_RULE = 'must be a number from 0 to 65535';

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

const postgresAddress = z
  .string()
  .regex(/^postgres(ql)?:\/\//, 'must start with postgres://')
  .refine(given => URL.canParse(given), 'must be an address: write # / ? @ in a password as %23 %2F %3F %40');

export const VARIABLES = {
  PORT: { schema: port.default(3000), help: 'Port of the web process.', example: '3000' },
  HEALTH_PORT: {
    schema: port.optional(),
    help: 'Where a process that is only a worker answers /health/live, /health/ready and /metrics; unset: nowhere.',
    example: '3001',
  },
  METRICS_TOKEN: {
    schema: secretText.optional(),
    help: 'What a monitor sends as "Authorization: Bearer …" to read /metrics; unset: only the machine itself may read it. Make one with: openssl rand -hex 24',
    placeholder: 'change-me-to-another-long-random-text',
  },
  PUBLIC_URL: {
    schema: webAddress.optional(),
    help: 'Address under which Slack, your sources and people reach Baton; signatures are computed over it.',
    placeholder: 'https://baton.your-company.example',
  },
  TRUSTED_PROXIES: {
    schema: z
      .string()
      .regex(/^[\da-fA-F.:/, ]+$/, 'must be network addresses such as 192.0.2.0/24, with commas between')
      .optional(),
    help: 'Proxies with public addresses in front of Baton, such as those of a CDN: whom they saw counts as who sends a form or adds Baton to Slack. Those in private networks need no line.',
    example: '192.0.2.0/24, 2001:db8::/32',
  },
  MAIL_RETURN_ADDRESS: {
    schema: z.email('must be one e-mail address').optional(),
    help: 'Where mails that cannot be delivered come back to. Your mail provider posts each raw message that arrives there to /hooks/HOOK_KEY/mail; unset: they come back to the sender, and Baton hears of nothing.',
    placeholder: 'returns@mail.your-company.example',
  },
  SUPPORT_EMAIL: {
    schema: z.email('must be one e-mail address').optional(),
    help: 'Whom people of your workspaces write to; it stands on /support, /privacy and /security.',
    placeholder: 'support@your-company.example',
  },
  DATABASE_URL: {
    schema: postgresAddress.optional(),
    help: 'Your PostgreSQL; left out, a real PostgreSQL from npm runs in DATA_DIR.',
    placeholder: 'postgres://baton:secret@db.your-company.example/baton',
  },
  DATABASE_DIRECT_URL: {
    schema: postgresAddress.optional(),
    help: 'The same database past a pooler, where DATABASE_URL leads to one that pools by transaction: migrations and jobs need sessions of their own.',
    placeholder: 'postgres://baton:secret@db.your-company.example:5432/baton',
  },
  DATA_DIR: {
    schema: filledText.default('./data'),
    help: 'Folder of the embedded PostgreSQL, and of baton.env, which set-up mode keeps.',
    example: './data',
  },
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
    schema: z
      .string()
      .min(16, 'must be at least 16 characters: it is a password in an address')
      .regex(/^[\w.~+=@:-]*$/, 'must be of letters, digits and - . _ ~: it stands in an address')
      .optional(),
    help: 'One company: secret part of the hook addresses, /hooks/HOOK_KEY/VENDOR. Make one with: openssl rand -hex 24',
    placeholder: 'change-me-to-a-long-random-text',
  },
  SLACK_BOT_TOKEN: {
    schema: z
      .string()
      .regex(
        /^xoxb-[\w-]+$/,
        'must be a bot token: xoxb- and after it letters, digits and - (one that begins with xoxe runs out: make the app without token rotation)',
      )
      .optional(),
    help: 'One company: Bot User OAuth Token of your Slack app (OAuth & Permissions).',
    placeholder: 'xoxb-…',
  },
  SLACK_SIGNING_SECRET: {
    schema: secretText.optional(),
    help: 'Signing Secret of your Slack app (Basic Information); only socket mode does without.',
  },
  SLACK_CLIENT_ID: {
    schema: z
      .string()
      .regex(/^\d+\.\d+$/, 'must be two numbers with a point between')
      .optional(),
    help: 'Any number of workspaces: Client ID of your Slack app (Basic Information); they install it with Add to Slack.',
  },
  SLACK_CLIENT_SECRET: {
    schema: secretText.optional(),
    help: 'Any number of workspaces: Client Secret of your Slack app (Basic Information).',
  },
  SLACK_APP_ID: {
    schema: z
      .string()
      .regex(/^A[A-Z0-9]+$/, 'must be the id of a Slack app: A and after it capitals and digits')
      .optional(),
    help: 'App ID of your Slack app (Basic Information); set, an installation of any other app is refused.',
  },

  SLACK_APP_TOKEN: {
    schema: z
      .string()
      .regex(/^xapp-[\w-]+$/, 'must be an app-level token: xapp- and after it letters, digits and -')
      .optional(),
    help: 'App-level token with connections:write: Slack is heard by socket mode, for a trial without a public address.',
    placeholder: 'xapp-…',
  },
  SLACK_API_URL: {
    schema: webAddress.optional(),
    help: "Base of Slack's Web API; only for a stand-in.",
    example: 'https://slack.com/api/',
  },
} satisfies Record<string, Variable>;
