import type { Channel, Enterprise, User, Workspace } from './model.ts';

/** The people of the story. Their addresses are example.com: nobody's. */
const PEOPLE = [
  { key: 'MARCUS', realName: 'Marcus Chen', timeZone: 'America/Los_Angeles', admin: false },
  { key: 'PRIYA', realName: 'Priya Nair', timeZone: 'America/New_York', admin: false },
  { key: 'TOM', realName: 'Tom Okafor', timeZone: 'Europe/London', admin: false },
  { key: 'DANA', realName: 'Dana Ruiz', timeZone: 'America/New_York', admin: true },
  { key: 'CHAN', realName: 'Chan Li', timeZone: 'America/New_York', admin: false },
  { key: 'SARAH', realName: 'Sarah Lindqvist', timeZone: 'Europe/Stockholm', admin: false },
];

const CHANNELS = [
  { key: 'GENERAL', name: 'general', withBot: false },
  { key: 'HANDOFFS', name: 'mql-handoffs', withBot: true },
  { key: 'MIDMARKET', name: 'mql-mid-market', withBot: true },
];

const CREATED = Date.UTC(2026, 0, 5) / 1_000;

/** A workspace with the story's people and channels. Ids of any but the first carry the workspace's name. */
export function seedWorkspace(id: string, name: string, domain: string, enterprise?: Enterprise): Workspace {
  const suffix = id === 'T0BATON' ? '' : id.slice(1);
  // People and the bot of an organization are the same in all of its workspaces.
  const whose = enterprise ? enterprise.id.slice(1) : suffix;
  const host = enterprise ? whose.toLowerCase() : domain;
  const botUser = `U0BATONBOT${whose}`;
  const users = new Map<string, User>();
  for (const { key, realName, timeZone, admin } of PEOPLE) {
    const handle = key.toLowerCase();
    const email = `${handle}@${whose === '' ? 'example.com' : `${host}.example.com`}`;
    const user = {
      id: `${enterprise ? 'W' : 'U'}0${key}${whose}`,
      name: handle,
      realName,
      email,
      timeZone,
      admin,
      deleted: false,
      bot: false,
    };
    users.set(user.id, user);
  }
  const bot = { id: botUser, name: 'baton', realName: 'Baton', email: '', timeZone: 'UTC', admin: false };
  users.set(botUser, { ...bot, deleted: false, bot: true });
  const people = [...users.keys()].filter(one => one !== botUser);
  const channels = new Map<string, Channel>();
  for (const { key, name: channelName, withBot } of CHANNELS) {
    const channel = newChannel(`C0${key}${suffix}`, channelName, 'public', withBot ? [...people, botUser] : people);
    channels.set(channel.id, channel);
  }
  const botId = `B0BATON${suffix}`;
  const open = { groups: new Map(), stacks: new Map(), homes: new Map(), prompts: new Map() };
  return { id, name, domain, ...(enterprise && { enterprise }), botUser, botId, users, channels, ...open };
}

/** An empty channel. */
export function newChannel(id: string, name: string, kind: Channel['kind'], members: string[]): Channel {
  return { id, name, kind, archived: false, created: CREATED, members: new Set(members), messages: new Map() };
}
