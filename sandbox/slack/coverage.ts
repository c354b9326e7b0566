import { below, type Coverage } from '../coverage.ts';

/**
 * Methods of the Web API. Every one refuses a missing, wrong, revoked, inactive or expired token, a missing scope (by
 * name), missing arguments, and a JSON body where Slack reads forms alone.
 */
const METHODS: Coverage = {
  'GET|POST /api.test': { covers: 'gives back what it was given, error included; needs no token' },
  'GET|POST /apps.connections.open': {
    covers: 'socket mode: an address good for one connection, over which the app then hears everything',
    refuses: 'tokens that are no app-level token',
    leavesOut: 'more than one connection at a time',
  },
  'GET|POST /apps.uninstall': {
    covers: "ends the workspace's tokens and tells the app",
    refuses: 'a wrong client id or secret',
  },
  'GET|POST /assistant.threads.setSuggestedPrompts': {
    covers: 'prompts of the Messages tab, four at most',
    refuses: 'what is no DM, and no prompts',
    leavesOut: 'prompts of a thread: taken and shown nowhere',
  },
  'GET|POST /auth.revoke': { covers: 'ends the token and tells the app' },
  'GET|POST /auth.teams.list': { covers: "teams that may use the app by an organization's installation, in pages" },
  'GET|POST /auth.test': { covers: 'whose token it is', leavesOut: 'tokens of people' },
  'GET|POST /bots.info': { covers: "Baton's own bot", leavesOut: 'any other bot' },
  'GET|POST /chat.delete': { covers: 'deletes what the bot wrote', refuses: 'messages of others' },
  'GET|POST /chat.getPermalink': { covers: 'the address of a message' },
  'GET|POST /chat.postEphemeral': {
    covers: 'a message that one person sees',
    refuses: 'people who are not in the channel; what postMessage refuses of its content',
  },
  'GET|POST /chat.postMessage': {
    covers:
      'messages in channels and DMs, threads, broadcast, metadata; a message a second and channel when so switched',
    refuses:
      'blocks over their limits or of unknown kinds, no text, too long, archived, not in channel, people who left',
    leavesOut: 'unfurling, link_names; attachments are kept, their old fields unchecked',
  },
  'GET|POST /chat.update': {
    covers: 'new text and blocks of what the bot wrote; metadata stays',
    refuses: 'messages of others, ephemeral ones, and blocks as postMessage does',
    leavesOut: 'the edit window, file_ids',
  },
  'GET|POST /conversations.history': {
    covers: 'messages newest first, by time and page, metadata when asked for',
    leavesOut: 'metadata filters, the throttling of unlisted apps',
  },
  'GET|POST /conversations.info': { covers: 'a channel the bot may know of' },
  'GET|POST /conversations.join': { covers: 'joins public channels', refuses: 'archived and private ones' },
  'GET|POST /conversations.list': { covers: 'channels by type, in pages; each type needs its scope' },
  'GET|POST /conversations.members': { covers: 'who is in a channel the bot may know of, in pages' },
  'GET|POST /conversations.open': { covers: 'the DM with a person, a group of them', refuses: 'people who left' },
  'GET|POST /conversations.replies': { covers: 'a thread, in pages' },
  'GET|POST /files.completeUploadExternal': {
    covers: 'shares a file in a channel or thread, with blocks or a comment',
    refuses: 'files whose bytes never came',
    leavesOut: 'several channels at once',
  },
  'GET|POST /files.getUploadURLExternal': {
    covers: 'where the bytes of a file go',
    refuses: 'no length, or over 1 GB',
    leavesOut: 'snippets',
  },
  'GET|POST /files.info': { covers: 'name, size and addresses of a file', leavesOut: 'comments, shares' },
  'GET|POST /openid.connect.token': {
    covers:
      'who signed in, as an id token with the nonce, the person and the team; a code is good once, for ten minutes',
    refuses: 'a wrong client, a spent or late code, another redirect address',
    leavesOut: 'PKCE, userInfo, refresh tokens',
  },
  'GET|POST /oauth.v2.access': {
    covers: 'a token for a code, of a workspace or a whole organization; its renewal, when tokens rotate',
    refuses: 'a used code or one of ten minutes ago, another redirect address, a wrong client, a spent refresh token',
    leavesOut: 'PKCE, tokens of people, oauth.v2.exchange',
  },
  'GET|POST /reactions.add': { covers: 'a reaction, once each', refuses: 'no such message, no such name' },
  'GET|POST /team.info': { covers: 'name and domain of the workspace' },
  'GET|POST /usergroups.list': {
    covers: 'user groups, with counts and users when asked for',
    refuses: 'workspaces on a free plan, when so switched',
    leavesOut: 'disabled groups',
  },
  'GET|POST /usergroups.users.list': { covers: 'who is in a group', refuses: 'no such group' },
  'GET|POST /users.info': { covers: 'anybody, people who left too; e-mail needs its scope' },
  'GET|POST /users.list': { covers: 'everybody, in pages' },
  'GET|POST /users.lookupByEmail': {
    covers: 'people by e-mail, in any case',
    leavesOut: 'what Slack does about people who left is not documented: not found, or found when so switched',
  },
  'GET|POST /views.open': {
    covers: 'a modal, once a trigger',
    refuses: 'a trigger older than three seconds or used, blocks over their limits',
    leavesOut: 'interactivity_pointer',
  },
  'GET|POST /views.publish': { covers: "a person's Home", refuses: 'a stale hash, blocks over their limits' },
  'GET|POST /views.push': {
    covers: 'a modal on top, three deep at most',
    refuses: 'as views.open',
    leavesOut: 'interactivity_pointer',
  },
  'GET|POST /views.update': {
    covers: 'a view by id or external_id',
    refuses: 'a stale hash, blocks over their limits',
  },
};

/** Slack: the Web API, response URLs, files and their bytes, the page one installs from. */
export const coverage: Coverage = {
  ...below('/api', METHODS),
  'POST /response/:team/:id': {
    covers: 'five answers within half an hour: beside, in place of, or taking away what was pressed',
    refuses: 'the sixth, a late one, another address, what is no message',
  },
  'POST /files/upload/:id': {
    covers: 'the bytes of a file, raw or in a form',
    refuses: 'other than the length that was said',
  },
  'GET /files/:id/:name': {
    covers: 'a file, to whoever may read files there',
    refuses: 'other workspaces; who may not read is sent to sign in',
  },
  'GET /oauth/v2/authorize': {
    covers: 'asks in which workspace or organization and as whom; `team=` chooses one beforehand',
    refuses: 'a wrong client id, no scopes',
    leavesOut: 'asking an admin to approve the app first, optional scopes',
  },
  'POST /oauth/v2/authorize': {
    covers: 'Allow and Cancel: the browser goes back with a code, or with access_denied',
    refuses: 'as the page before it; no such team or person',
  },
  'GET /.well-known/openid-configuration': { covers: 'what Slack says of Sign in with Slack; PKCE is not among it' },
  'GET /openid/connect/keys': { covers: 'the key that id tokens are signed with' },
  'GET /openid/connect/authorize': {
    covers: 'asks as whom; `team=` leaves its people alone to choose from',
    refuses: 'a wrong client id, other scopes than openid, profile and email, no redirect address',
  },
  'POST /openid/connect/authorize': {
    covers: 'Allow and Cancel: the browser goes back with a code, or with access_denied',
    refuses: 'as the page before it; nobody of that name',
  },
  'GET /app_redirect': { covers: 'where the app opens in Slack', refuses: 'another app, no such team' },
  'GET /manage/:enterprise/integrations/profile/:app/workspaces/add': {
    covers: 'an organization chooses the workspaces that may use the app',
  },
  'POST /manage/:enterprise/integrations/profile/:app/workspaces/add': {
    covers: 'adds them, and tells the app',
    leavesOut: 'approval by somebody else',
  },
};
