import type { SandboxContext } from '../service.ts';
import type { Enterprise, Message, Workspace } from './model.ts';
import { seedWorkspace } from './seed.ts';

/** A bot token and what it may do. */
export interface Token {
  value: string;
  /** Where it works: a team, or an organization (`E…`) with whatever teams may use the app. */
  team: string;
  scopes: Set<string>;
  state: 'live' | 'revoked' | 'inactive';
  refresh?: string;
  expiresAt?: Date;
}

export interface Trigger {
  user: string;
  team: string;
  issued: Date;
  used: boolean;
  /** The view whose button or submission made it: `views.push` goes on top of it. */
  view?: string;
}

/** Where an interaction may be answered: five times within half an hour. */
export interface ResponseUrl {
  team: string;
  user: string;
  channel: string;
  issued: Date;
  used: number;
  /** The message the interaction came from, which may be replaced or deleted. */
  source?: Message;
}

export interface Upload {
  id: string;
  team: string;
  name: string;
  length: number;
  bytes?: Buffer;
  complete: boolean;
}

export interface OAuthCode {
  /** A team, or an organization. */
  team: string;
  /** Who pressed Allow. */
  user: string;
  issued: Date;
  scopes: string[];
  redirectUri: string;
  used: boolean;
}

export interface SignInCode extends Omit<OAuthCode, 'scopes'> {
  nonce?: string;
}

/** Switches of the workspace's behaviour, set over the control. */
export interface Limits {
  /** One message a second and channel, the rest 429. Off unless a test wants it. */
  perChannelPerSecond: boolean;
  /** Whether people who left are found by e-mail. Slack's own pages do not say; they were not found when last seen. */
  findDeactivatedByEmail: boolean;
  /** There are user groups; free plans have none. */
  paidPlan: boolean;
  /** Refresh tokens with tokens that end after twelve hours. */
  tokenRotation: boolean;
  /** Which clock stamps signatures. Receivers judge staleness by their machine's clock, whatever the app's clock says. */
  signatureTime: 'wall' | 'sandbox';
}

/** All of the stand-in's state. `reset` replaces it. */
export interface World {
  context: SandboxContext;
  workspaces: Map<string, Workspace>;
  enterprises: Map<string, Enterprise>;
  tokens: Map<string, Token>;
  codes: Map<string, OAuthCode>;
  /** Codes of people who sign in. */
  signIns: Map<string, SignInCode>;
  triggers: Map<string, Trigger>;
  responseUrls: Map<string, ResponseUrl>;
  uploads: Map<string, Upload>;
  lastPost: Map<string, number>;
  /** Where somebody draws Slack's client for people to look at. */
  clientUrl?: string;
  limits: Limits;
  sequence: number;
  lastMicros: number;
}

export const HOME_TEAM = 'T0BATON';
export const APP = {
  id: 'A0BATON',
  clientId: '1111111111.2222222222',
  clientSecret: '5a4db0c11e475a4db0c11e475a4db0c1',
  signingSecret: '519e15a4db0c5519e15a4db0c5519e15',
  verificationToken: 'sandbox-verification-token',
  command: '/mql',
};
export const BOT_TOKEN = 'xoxb-sandbox-baton';

/** Everything the app may ask for; a token holds all of it unless a test takes some away. */
export const BOT_SCOPES = [
  'app_mentions:read',
  'assistant:write',
  'channels:history',
  'channels:join',
  'channels:read',
  'chat:write',
  'commands',
  'files:read',
  'files:write',
  'groups:history',
  'groups:read',
  'im:history',
  'im:read',
  'im:write',
  'mpim:history',
  'mpim:read',
  'mpim:write',
  'reactions:write',
  'team:read',
  'usergroups:read',
  'users:read',
  'users:read.email',
];

/** A fresh Slack: one workspace, one installed app. */
export function newWorld(context: SandboxContext): World {
  const home = seedWorkspace(HOME_TEAM, 'Acme Sales', 'acme-sales');
  return {
    context,
    workspaces: new Map([[home.id, home]]),
    tokens: new Map([
      [BOT_TOKEN, { value: BOT_TOKEN, team: home.id, scopes: new Set(BOT_SCOPES), state: 'live' as const }],
    ]),
    enterprises: new Map(),
    codes: new Map(),
    signIns: new Map(),
    triggers: new Map(),
    responseUrls: new Map(),
    uploads: new Map(),
    lastPost: new Map(),
    limits: {
      perChannelPerSecond: false,
      findDeactivatedByEmail: false,
      paidPlan: true,
      tokenRotation: false,
      signatureTime: 'wall',
    },
    sequence: 0,
    lastMicros: 0,
  };
}

/** The next message timestamp: the sandbox's time, and never the same twice, even while a test's clock stands still. */
export function nextTs(world: World): string {
  const micros = Math.max(world.context.clock.now().getTime() * 1_000, world.lastMicros + 1);
  world.lastMicros = micros;
  return `${Math.floor(micros / 1_000_000)}.${String(micros % 1_000_000).padStart(6, '0')}`;
}

/** A new id in Slack's manner: a letter for the kind, then capitals and digits. */
export function nextId(world: World, prefix: string): string {
  world.sequence += 1;
  return `${prefix}0${world.sequence.toString(36).toUpperCase().padStart(8, '0')}`;
}

/** An unguessable-looking but repeatable secret. */
export function nextSecret(world: World): string {
  world.sequence += 1;
  const noise = Math.floor(world.context.random() * 2 ** 48).toString(16);
  return `${world.sequence.toString(16)}${noise.padStart(12, '0')}`;
}

/** The app is in this workspace by its organization's installation. */
export function isOrgInstalled(world: World, { id, enterprise }: Workspace): boolean {
  return enterprise?.granted.has(id) === true && [...world.tokens.values()].some(token => token.team === enterprise.id);
}
