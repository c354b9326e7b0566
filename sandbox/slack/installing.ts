/** Somebody presses Add to Slack, or removes the app, without a browser. */
import { z } from 'zod';
import type { Fields } from './blocks/check.ts';
import type { Outbox } from './deliver.ts';
import { endTokens } from './methods/auth.ts';
import { consent } from './oauth-page.ts';
import { Impossible } from './people/state.ts';
import { findUser } from './places.ts';
import { HOME_TEAM, nextTs, type World } from './world.ts';

const text = z.string().min(1);

export const installInput = z.strictObject({
  /** A workspace, or an organization. */
  team: text.default(HOME_TEAM),
  /** Id, address or name of whoever presses; an administrator unless given. */
  user: text.optional(),
  allow: z.boolean().default(true),
});

const EVENTS = ['app_uninstalled', 'tokens_revoked'] as const;

export const uninstallInput = z.strictObject({
  team: text.default(HOME_TEAM),
  /** In which order the app hears of it, and of what. */
  events: z.array(z.enum(EVENTS)).default([...EVENTS]),
  /** When it happened, for events that come late; now unless given. */
  at: z.iso.datetime().optional(),
  /** False: the events come alone, of something that was long ago. */
  ends_tokens: z.boolean().default(true),
});

/** The app's own page, Slack's consent, and back again, with the cookies a browser would keep. */
export async function installJourney(world: World, input: z.infer<typeof installInput>): Promise<Fields> {
  const [workspace] = workspacesOf(world, input.team);
  const admin = [...workspace.users.values()].find(user => user.admin);
  const user = input.user === undefined ? admin : findUser(workspace, input.user);
  if (!user) throw new Impossible(`nobody called ${String(input.user)} in ${input.team}`);
  const begun = await fetch(`${world.context.appUrl()}/slack/install`, { redirect: 'manual' });
  const location = begun.headers.get('location');
  if (location === null) throw new Impossible(`/slack/install answered ${begun.status} and led nowhere`);
  const asked = Object.fromEntries(new URL(location).searchParams);
  const answer = consent(world, asked, { team: input.team, user: user.id, allow: input.allow });
  if ('problem' in answer) throw new Impossible(`Slack shows: ${answer.problem}`);
  const cookie = begun.headers
    .getSetCookie()
    .map(one => one.split(';')[0])
    .join('; ');
  const end = await fetch(answer.to, { redirect: 'manual', headers: { cookie } });
  const html = await end.text();
  const [, title = ''] = /<h1[^>]*>([^<]*)/.exec(html) ?? [];
  return { ok: end.ok, status: end.status, title, by: user.id };
}

/** Ends the tokens and tells the app. */
export async function uninstallApp(
  world: World,
  outbox: Outbox,
  input: z.infer<typeof uninstallInput>,
): Promise<Fields> {
  const [workspace] = workspacesOf(world, input.team);
  const at = input.at === undefined ? world.context.clock.now() : new Date(input.at);
  const events = {
    app_uninstalled: { type: 'app_uninstalled' },
    tokens_revoked: { type: 'tokens_revoked', tokens: { oauth: [], bot: [workspace.botUser] } },
  };
  const statuses: (number | null)[] = [];
  const about = { ofOrganization: !world.workspaces.has(input.team) };
  // Tokens are worth nothing before the app hears of it.
  if (input.ends_tokens) endTokens(world, input.team);
  for (const name of input.events) {
    const { status } = await outbox.event(workspace, { ...events[name], event_ts: nextTs(world) }, at, about);
    statuses.push(status);
  }
  return { ok: true, statuses };
}

function workspacesOf(world: World, team: string) {
  const own = world.workspaces.get(team);
  const [first, ...others] = own ? [own] : [...world.workspaces.values()].filter(one => one.enterprise?.id === team);
  if (!first) throw new Impossible(`no workspace or organization ${team}`);
  return [first, ...others] as const;
}
