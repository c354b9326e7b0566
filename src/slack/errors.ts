/** The one place where what Slack refuses is classed by who must act. */
import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api';
import { after, SECOND } from '../lib/clock.ts';
import { CredentialsRejected, Failure, RateLimited, Rejected, toError, Unavailable } from '../lib/errors.ts';

const SERVICE = 'slack';
/** When Slack asks us to wait without saying how long. */
const USUAL_WAIT = 30 * SECOND;

type Verdict =
  | { kind: 'unavailable' | 'rate_limited' }
  /** `fix` is a sentence for the admin: what it means and what mends it. */
  | { kind: 'credentials' | 'rejected'; fix: string };

const credentials = (fix: string): Verdict => ({ kind: 'credentials', fix });
const rejected = (fix: string): Verdict => ({ kind: 'rejected', fix });
const unavailable: Verdict = { kind: 'unavailable' };
const rateLimited: Verdict = { kind: 'rate_limited' };

const noSuchChannel = 'Slack has no such channel, or Baton cannot see it: check the name, and invite Baton to it';
const mayNotPost = "the channel's settings do not let Baton post there";
const baton = "Baton's message was not as Slack wants it; this is a fault of Baton's";
const person = 'Slack has no such active person in this workspace';
const reinstall = 'Slack no longer accepts the token of this workspace: install Baton again';

/** Slack's error → verdict. What is not listed is Unavailable: nobody documented it, so a later try may do. */
const VERDICTS: Record<string, Verdict> = {
  channel_not_found: rejected(noSuchChannel),
  channel_is_limited_access: rejected(mayNotPost),
  not_in_channel: rejected('Baton is not in the channel: invite it with /invite @Baton'),
  user_not_in_channel: rejected('this person is not in the channel'),
  is_archived: rejected('the channel is archived: choose another in the playbook'),
  is_inactive: rejected('the channel is archived: choose another in the playbook'),
  restricted_action: rejected(mayNotPost),
  restricted_action_read_only_channel: rejected(mayNotPost),
  restricted_action_thread_only_channel: rejected(mayNotPost),
  restricted_action_non_threadable_channel: rejected(mayNotPost),
  restricted_action_thread_locked: rejected(mayNotPost),
  posting_to_channel_denied: rejected(mayNotPost),
  messages_tab_disabled: rejected(
    "Baton's Messages tab is turned off: turn it on under App Home in the app's settings",
  ),
  cannot_dm_bot: rejected('bots have no direct messages'),
  method_not_supported_for_channel_type: rejected('Slack cannot do this in a channel of this kind'),
  paid_teams_only: rejected('user groups need a paid Slack plan'),
  plan_upgrade_required: rejected('user groups need a paid Slack plan'),
  no_such_subteam: rejected('the user group is gone'),
  user_disabled: rejected('this person is deactivated in Slack'),
  user_not_found: rejected(person),
  users_not_found: rejected(person),
  user_not_visible: rejected(person),
  not_found: rejected('that window has closed: open it again'),
  message_not_found: rejected('the message is gone'),
  thread_not_found: rejected('the thread is gone'),
  cannot_reply_to_message: rejected('the message is gone, or takes no replies'),
  cant_update_message: rejected('Slack does not let Baton change this message'),
  edit_window_closed: rejected('Slack does not let Baton change a message this old'),
  invalid_blocks: rejected(baton),
  invalid_blocks_format: rejected(baton),
  invalid_attachments: rejected(baton),
  invalid_arguments: rejected(baton),
  invalid_metadata_format: rejected(baton),
  invalid_metadata_schema: rejected(baton),
  metadata_too_large: rejected(baton),
  block_mismatch: rejected(baton),
  msg_blocks_too_long: rejected(baton),
  msg_too_long: rejected(baton),
  no_text: rejected(baton),
  view_too_large: rejected(baton),
  invalid_cursor: rejected(baton),
  unknown_method: rejected(baton),
  trigger_expired: rejected('that took longer than Slack allows: press again'),
  expired_trigger_id: rejected('that took longer than Slack allows: press again'),
  trigger_exchanged: rejected('this press was used already: press again'),
  invalid_trigger_id: rejected('this press was used already: press again'),
  exchanged_trigger_id: rejected('this press was used already: press again'),
  not_enabled: rejected("Baton's Home tab is turned off: turn it on under App Home in the app's settings"),
  // Somebody else published in between: the next try starts from what is there.
  hash_conflict: unavailable,

  invalid_auth: credentials(reinstall),
  not_authed: credentials(reinstall),
  account_inactive: credentials(reinstall),
  token_revoked: credentials(reinstall),
  token_expired: credentials(reinstall),
  team_access_not_granted: credentials(reinstall),
  not_allowed_token_type: credentials('Slack wants a bot token (xoxb-…)'),
  missing_scope: credentials('Baton lacks a permission in Slack: install it again so that Slack asks for it'),
  no_permission: credentials('Baton lacks a permission in Slack: install it again so that Slack asks for it'),
  org_login_required: credentials('the workspace is being moved to an organisation: install Baton again afterwards'),
  ekm_access_denied: credentials("the workspace's key management shuts Baton out: ask a Slack admin"),
  access_denied: credentials('Slack refuses Baton: ask a Slack admin'),
  app_access_restricted: credentials('a Slack admin restricted Baton'),

  ratelimited: rateLimited,
  rate_limited: rateLimited,
  message_limit_exceeded: rateLimited,
  service_unavailable: unavailable,
  fatal_error: unavailable,
  internal_error: unavailable,
  request_timeout: unavailable,
};

/** Whatever a call to Slack threw, as one of lib/errors.ts; what is neither Slack's nor the network's stays a bug. */
export function toFailure(error: unknown, now: Date): Error {
  if (error instanceof Failure) return error;
  // Thrown on the way to the call: there is no token to make it with.
  if (error instanceof WebAPIRequestError && error.original instanceof Failure) return error.original;
  if (error instanceof WebAPIPlatformError) return refusal(error, now);
  if (error instanceof WebAPIRateLimitedError) {
    return new RateLimited('Slack asks Baton to slow down', {
      service: SERVICE,
      code: 'ratelimited',
      retryAt: after(now, Math.max(1, error.retryAfter) * SECOND),
      cause: error,
    });
  }
  if (error instanceof WebAPIHTTPError) {
    return new Unavailable(`Slack answered HTTP ${error.statusCode}`, {
      service: SERVICE,
      code: `HTTP ${error.statusCode}`,
      cause: error,
    });
  }
  if (error instanceof WebAPIRequestError || isNetwork(error)) {
    return new Unavailable('Slack could not be reached, or did not answer in time', {
      service: SERVICE,
      code: 'no_answer',
      cause: error,
    });
  }
  return waitWithoutTime(error, now) ?? toError(error);
}

function refusal(error: WebAPIPlatformError, now: Date): Error {
  const code = error.data.error;
  // A body that was no JSON arrives here as its own text: not Slack's words, and never to be repeated.
  if (!/^[\w:]{1,80}$/.test(code)) {
    return new Unavailable('Slack answered something unreadable', { service: SERVICE, code: 'unreadable_answer' });
  }
  const verdict = Object.hasOwn(VERDICTS, code) ? VERDICTS[code] : undefined;
  const detail = { service: SERVICE, code, cause: error };
  switch (verdict?.kind) {
    case 'rejected':
      return new Rejected(`Slack: ${verdict.fix}`, detail);
    case 'credentials':
      return new CredentialsRejected(`Slack: ${verdict.fix}`, detail);
    case 'rate_limited':
      return new RateLimited('Slack asks Baton to slow down', { ...detail, retryAt: after(now, USUAL_WAIT) });
    default:
      return new Unavailable(`Slack: ${code}`, detail);
  }
}

/** The time limit may strike, and the connection break, while the answer is being read; web-api wraps neither. */
function isNetwork(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return true;
  return error instanceof TypeError && (error.message === 'terminated' || error.message === 'fetch failed');
}

/** A 429 without a readable Retry-After: web-api throws a bare Error, whose words are all there is to go by. */
function waitWithoutTime(error: unknown, now: Date): RateLimited | undefined {
  if (!(error instanceof Error) || !error.message.startsWith('Retry header did not contain a valid timeout'))
    return undefined;
  return new RateLimited('Slack asks Baton to slow down', {
    service: SERVICE,
    code: 'ratelimited',
    retryAt: after(now, USUAL_WAIT),
    cause: error,
  });
}
