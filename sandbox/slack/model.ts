/** What a workspace is made of: its people, channels, messages and open views. */
import type { Fields } from './blocks/check.ts';

/** A person or bot of a workspace. */
export interface User {
  id: string;
  name: string;
  realName: string;
  email: string;
  timeZone: string;
  admin: boolean;
  deleted: boolean;
  bot: boolean;
  /** Invited into some channels alone. */
  guest?: boolean;
}

/** A handle that stands for several people. */
export interface UserGroup {
  id: string;
  name: string;
  handle: string;
  users: string[];
}

export interface Message {
  ts: string;
  channel: string;
  user: string;
  text: string;
  botId?: string;
  blocks?: Fields[];
  attachments?: Fields[];
  metadata?: Fields;
  threadTs?: string;
  broadcast?: boolean;
  edited?: { user: string; ts: string };
  files?: Fields[];
  reactions: { name: string; users: string[] }[];
  username?: string;
  /** Set when only this person sees it. */
  ephemeralFor?: string;
}

export interface Channel {
  id: string;
  name: string;
  kind: 'public' | 'private' | 'im' | 'mpim';
  archived: boolean;
  created: number;
  members: Set<string>;
  /** By ts, oldest first: ts only ever grows. */
  messages: Map<string, Message>;
}

export interface View {
  id: string;
  user: string;
  hash: string;
  /** As the app gave it, ids filled in. */
  content: Fields & { blocks: Fields[] };
  /** What the person has filled in so far, by block and action. */
  values: Record<string, Record<string, Fields>>;
  rootId: string;
  previousId: string | null;
}

/** An Enterprise organization: several workspaces under one administration. */
export interface Enterprise {
  id: string;
  name: string;
  /** Teams that may use the app, of those that are in the organization. */
  granted: Set<string>;
}

export interface Workspace {
  id: string;
  name: string;
  domain: string;
  /** The Enterprise organization it belongs to. */
  enterprise?: Enterprise;
  botUser: string;
  botId: string;
  users: Map<string, User>;
  channels: Map<string, Channel>;
  /** Paid plans have them. */
  groups: Map<string, UserGroup>;
  /** Open modals of each person, the visible one last. */
  stacks: Map<string, View[]>;
  homes: Map<string, View>;
  /** Questions offered above the box of a DM, by its id. */
  prompts: Map<string, { title: string; message: string }[]>;
}
