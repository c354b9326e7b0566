/** From the body of a form to the signal about whoever sent it. Pure. */
import { createHash } from 'node:crypto';
import type { HookRequest } from '../../contracts/hook.ts';
import type { Signal } from '../../contracts/source.ts';
import { fieldsOf, type Json, parseBody } from '../../domain/form/body.ts';
import type { Questions } from '../../domain/form/facts.ts';
import { factsIn } from '../../domain/form/fields.ts';
import { CONTROL, pagesIn, personId } from '../../domain/form/submission.ts';
import { MINUTE } from '../../lib/clock.ts';
import { BadInput } from '../../lib/errors.ts';
import { momentIn } from '../../lib/iso-moment.ts';
import { readGravity } from './tools/gravity.ts';
import type { Told } from './tools/told.ts';
import { readTypeform } from './tools/typeform.ts';
import { readWebflow } from './tools/webflow.ts';

const CONTROLS = new Set<string>(Object.values(CONTROL));
const SUBMISSION_ID = 'submission_id';
const LONGEST = 500;

/**
 * Whatever tool a form comes from: each is known by its shape, everything else is a plain form. The same submission has
 * the same key, by its id; of a plain form without one, the same person's in the same minute is.
 * @throws BadInput when it cannot be read, or tells neither address nor phone number, with what to do
 */
export function readForm({ body, headers }: HookRequest, receivedAt: Date, questions: Questions): Signal[] {
  const given = parseBody(body, headers['content-type']);
  const told = readTypeform(given) ?? readWebflow(given) ?? readGravity(given) ?? readPlain(given);
  const control = fieldsOf(given);
  const fields = Object.fromEntries(Object.entries(told.fields).filter(([name]) => !CONTROLS.has(name)));
  const { email, phone, company } = factsIn(fields, questions);
  const contactId = personId(email, phone);
  if (contactId === undefined) {
    throw new BadInput(
      'The form tells neither an e-mail address nor a phone number: call the field “email”, or say in the playbook under capture.questions which one it is.',
    );
  }
  const sentAt = momentOf(told.at, receivedAt);
  const minute = Math.floor(receivedAt.getTime() / MINUTE);
  const same = JSON.stringify([contactId, told.id ?? [told.form ?? told.page ?? '', minute]]);
  const embed = control[CONTROL.embed];
  return [
    {
      contactId,
      occurredAt: sentAt.toISOString(),
      via: 'form',
      ...(email && { email }),
      ...(company && { company }),
      submission: {
        ...(told.form && { form: told.form }),
        fields,
        ...(told.page && { page: told.page }),
        pages: pagesIn(control[CONTROL.pages], sentAt),
        ...(embed && { embed: embed.slice(0, LONGEST) }),
      },
      dedupeKey: `form:${createHash('sha256').update(same).digest('hex').slice(0, 32)}`,
    },
  ];
}

function readPlain(given: Json): Told {
  const fields = fieldsOf(given);
  const { page, [SUBMISSION_ID]: id, ...rest } = fields;
  return {
    fields: rest,
    form: fields[CONTROL.form]?.slice(0, LONGEST),
    page: page?.slice(0, LONGEST),
    id: id?.slice(0, LONGEST),
  };
}

function momentOf(text: string | undefined, receivedAt: Date): Date {
  const at = momentIn(text ?? '');
  return at === undefined ? receivedAt : new Date(Math.min(Date.parse(at), receivedAt.getTime()));
}
