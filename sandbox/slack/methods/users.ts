import { flagArg, type Method, needed, page, textArg } from '../method.ts';
import { Refusal } from '../refusal.ts';
import { showUser } from '../show.ts';
import { APP } from '../world.ts';

const READ = ['users:read'];

const lookupByEmail: Method = {
  json: false,
  scopes: ['users:read.email'],
  required: ['email'],
  run({ world, workspace, args }) {
    const email = needed(args, 'email').trim().toLowerCase();
    const user = [...workspace.users.values()].find(one => !one.bot && one.email.toLowerCase() === email);
    if (!user || (user.deleted && !world.limits.findDeactivatedByEmail)) throw new Refusal('users_not_found');
    return { user: showUser(workspace, user, true) };
  },
};

const info: Method = {
  json: false,
  ofOrganization: true,
  scopes: READ,
  required: ['user'],
  run({ workspace, token, args }) {
    const user = workspace.users.get(needed(args, 'user'));
    if (!user) throw new Refusal('user_not_found');
    const shown = showUser(workspace, user, token.scopes.has('users:read.email'));
    return { user: flagArg(args, 'include_locale') ? { ...shown, locale: 'en-US' } : shown };
  },
};

const list: Method = {
  json: false,
  wantsTeam: true,
  scopes: READ,
  run({ world, workspace, token, args }) {
    const withEmail = token.scopes.has('users:read.email');
    const { items, next } = page([...workspace.users.values()], args, 1_000);
    return {
      members: items.map(user => showUser(workspace, user, withEmail)),
      cache_ts: Math.floor(world.context.clock.now().getTime() / 1_000),
      response_metadata: { next_cursor: next },
    };
  },
};

const team: Method = {
  json: true,
  scopes: ['team:read'],
  run({ workspace, args }) {
    const wanted = textArg(args, 'team');
    if (wanted !== undefined && wanted !== workspace.id) throw new Refusal('team_not_found');
    const { id, name, domain } = workspace;
    return { team: { id, name, domain, email_domain: 'example.com', icon: { image_default: true } } };
  },
};

const bot: Method = {
  json: false,
  scopes: READ,
  run({ workspace, args }) {
    if ((textArg(args, 'bot') ?? workspace.botId) !== workspace.botId) throw new Refusal('bot_not_found');
    return {
      bot: {
        id: workspace.botId,
        deleted: false,
        name: 'Baton',
        app_id: APP.id,
        user_id: workspace.botUser,
        icons: {},
      },
    };
  },
};

export const userMethods: Record<string, Method> = {
  'users.lookupByEmail': lookupByEmail,
  'users.info': info,
  'users.list': list,
  'team.info': team,
  'bots.info': bot,
};
