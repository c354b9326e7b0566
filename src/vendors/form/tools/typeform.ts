/** What Typeform sends of a finished form (its Webhooks API, event `form_response`), and how it is signed. Pure. */
import { createHmac } from 'node:crypto';
import type { HookRequest, Verdict } from '../../../contracts/hook.ts';
import { type Json, textOf } from '../../../domain/form/body.ts';
import { constantTimeEqual } from '../../../lib/crypto.ts';
import { listOf, objectIn, type Told, textIn } from './told.ts';

/** `Typeform-Signature: sha256=…`, base64 of the body's HMAC with the webhook's secret. It says no time. */
export function verifyTypeform({ headers, body }: HookRequest, secret: string): Verdict {
  const given = headers['typeform-signature'];
  if (given === undefined) return { ok: false, why: 'no header Typeform-Signature: set a secret for the webhook' };
  const right = `sha256=${createHmac('sha256', secret).update(body).digest('base64')}`;
  return constantTimeEqual(given, right) ? { ok: true } : { ok: false, why: 'the signature is of another secret' };
}

/** Undefined: it is no delivery of Typeform. */
export function readTypeform(given: Json): Told | undefined {
  const response = objectIn(given.form_response);
  if (!response) return undefined;
  const definition = objectIn(response.definition) ?? {};
  const titles = new Map(
    listOf(definition.fields).flatMap(({ id, title }) =>
      typeof id === 'string' && typeof title === 'string' ? [[id, title] as const] : [],
    ),
  );
  const answers = listOf(response.answers).flatMap((answer): [string, string][] => {
    const value = answerText(answer);
    const field = objectIn(answer.field) ?? {};
    return value === undefined ? [] : [[nameOf(answer, field, titles), value]];
  });
  const hidden = Object.entries(objectIn(response.hidden) ?? {}).flatMap(([name, value]): [string, string][] => {
    const text = textOf(value);
    return text === undefined ? [] : [[name, text]];
  });
  return {
    fields: Object.fromEntries([...hidden, ...answers]),
    form: textIn(definition.title),
    id: textIn(response.token),
    at: textIn(response.submitted_at),
  };
}

/** `ref` is a name only where somebody gave one; by itself Typeform makes it a UUID. */
function nameOf({ type }: Json, { ref, id }: Json, titles: ReadonlyMap<string, string>): string {
  const given = typeof ref === 'string' && !/^[0-9a-f]{8}-[0-9a-f-]{27}$/i.test(ref) ? ref : undefined;
  if (given) return given;
  if (type === 'email') return 'email';
  if (type === 'phone_number') return 'phone';
  return titles.get(textOf(id) ?? '') ?? textOf(id) ?? '';
}

/** The value stands under a key that is called as the answer's type. */
function answerText(answer: Json): string | undefined {
  const value = answer[textOf(answer.type) ?? ''];
  const choice = objectIn(value);
  return choice ? textOf(choice.label ?? choice.labels ?? choice.other) : textOf(value);
}
