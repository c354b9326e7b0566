/** The shapes of Slack's deliveries, as far as Baton reads them: what has another one is refused at the door. Pure. */
import { parse as parseForm } from 'node:querystring';
import { z } from 'zod';

const id = z.string().min(1).max(255);
const option = z.looseObject({ value: z.string().nullish() });

/** What an input of a modal, or an element that was pressed, may hold. */
const element = z.looseObject({
  type: z.string(),
  value: z.string().nullish(),
  selected_option: option.nullish(),
  selected_options: z.array(option).nullish(),
  selected_date: z.string().nullish(),
  selected_time: z.string().nullish(),
  selected_date_time: z.number().nullish(),
  selected_user: z.string().nullish(),
  selected_users: z.array(z.string()).nullish(),
  files: z.array(z.looseObject({ id: z.string().nullish() })).nullish(),
});

const view = z.looseObject({
  id,
  callback_id: z.string(),
  private_metadata: z.string(),
  blocks: z.array(z.looseObject({ type: z.string() })),
  state: z.looseObject({ values: z.record(z.string(), z.record(z.string(), element)) }).optional(),
});

const person = {
  user: z.looseObject({ id }),
  team: z.looseObject({ id }).nullish(),
  enterprise: z.looseObject({ id }).nullish(),
  trigger_id: z.string().nullish(),
  response_url: z.string().nullish(),
};

const payload = z.discriminatedUnion('type', [
  z.looseObject({
    type: z.literal('block_actions'),
    ...person,
    actions: z.array(element.extend({ action_id: z.string(), block_id: z.string().optional() })).min(1),
    container: z.looseObject({}).optional(),
    view: view.nullish(),
    message: z.looseObject({}).nullish(),
    channel: z.looseObject({ id }).nullish(),
  }),
  z.looseObject({
    type: z.literal('view_submission'),
    ...person,
    view: view.required({ state: true }),
    response_urls: z.array(z.unknown()).nullish(),
  }),
  z.looseObject({ type: z.literal('view_closed'), ...person, view }),
  z.looseObject({ type: z.literal('block_suggestion'), ...person, action_id: z.string(), value: z.string() }),
  z.looseObject({ type: z.literal('shortcut'), ...person, callback_id: z.string() }),
  z.looseObject({
    type: z.literal('message_action'),
    ...person,
    callback_id: z.string(),
    channel: z.looseObject({ id }),
    message: z.looseObject({}),
  }),
]);

const OF_TEAMS = ['team_access_granted', 'team_access_revoked'] as const;
const HEARD: readonly string[] = ['app_home_opened', 'app_mention', 'message', 'tokens_revoked', ...OF_TEAMS];

const event = z.union([
  z.looseObject({
    type: z.enum(['app_home_opened', 'app_mention']),
    user: id,
    channel: id,
    text: z.string().nullish(),
  }),
  z.looseObject({ type: z.literal('message'), user: id.optional(), channel: id, text: z.string().nullish() }),
  z.looseObject({
    type: z.literal('tokens_revoked'),
    tokens: z.looseObject({ bot: z.array(z.string()).nullish(), oauth: z.array(z.string()).nullish() }),
  }),
  z.looseObject({ type: z.enum(OF_TEAMS), team_ids: z.array(id) }),
  z.looseObject({ type: z.string().refine(type => !HEARD.includes(type)) }),
]);

const json = z.union([
  z.looseObject({ type: z.literal('url_verification'), challenge: z.string() }),
  z.looseObject({ type: z.literal('app_rate_limited') }),
  z.looseObject({
    type: z.literal('event_callback'),
    team_id: id.nullish(),
    enterprise_id: id.nullish(),
    event_id: z.string().nullish(),
    event_time: z.number().nullish(),
    event,
    authorizations: z
      .array(z.looseObject({ team_id: z.string().nullish(), enterprise_id: z.string().nullish() }))
      .nullish(),
  }),
]);

/** A name that comes twice in a form is a list of texts, which no command has. */
const command = z
  .looseObject({ command: id, user_id: id, team_id: id.optional(), text: z.string().optional() })
  .and(z.record(z.string(), z.string()));

/**
 * Why a signed body is no delivery of Slack's: undefined for one that is. Payloads of kinds that are not known yet pass,
 * as long as they name their kind: no listener hears them.
 */
export function problemWithShape(body: string, contentType: string | undefined): string | undefined {
  const isForm = contentType?.split(';')[0]?.trim().toLowerCase() === 'application/x-www-form-urlencoded';
  const form = isForm ? parseForm(body) : undefined;
  const inForm = typeof form?.payload === 'string' ? form.payload : undefined;
  const text = isForm ? inForm : body;
  // A check of the certificate, as Slack once sent: Bolt answers it.
  if (form && text === undefined) return 'ssl_check' in form ? undefined : problemIn(command, { ...form });
  const read = parsed(text ?? '');
  if (!read) return 'it is no JSON';
  return problemIn(isForm ? payload : json, read.value);
}

function parsed(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function problemIn(schema: z.ZodType, value: unknown): string | undefined {
  const [issue] = schema.safeParse(value).error?.issues ?? [];
  return issue && `${issue.path.join('.') || 'the whole of it'}: ${issue.message}`;
}
