import type { Method, OpenMethod } from '../method.ts';
import { assistantMethods } from './assistant.ts';
import { authMethods, openAuthMethods } from './auth.ts';
import { chatMethods } from './chat.ts';
import { conversationMethods } from './conversations.ts';
import { fileMethods } from './files.ts';
import { userGroupMethods } from './usergroups.ts';
import { userMethods } from './users.ts';
import { viewMethods } from './views.ts';

/** Every method the stand-in knows; anything else is `unknown_method`. */
export const methods: Record<string, Method> = {
  ...authMethods,
  ...chatMethods,
  ...conversationMethods,
  ...userMethods,
  ...userGroupMethods,
  ...viewMethods,
  ...fileMethods,
  ...assistantMethods,
};

/** Those that take no token. */
export const openMethods: Record<string, OpenMethod> = openAuthMethods;
