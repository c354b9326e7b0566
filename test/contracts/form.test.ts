/** Forms keep the contract of a source, and what each form tool sends is verified and read as it is. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { SENDERS } from '../../sandbox/form/senders.ts';
import { form as standIn } from '../../sandbox/form/service.ts';
import type { HookRequest } from '../../src/contracts/hook.ts';
import type { Signal, Source } from '../../src/contracts/source.ts';
import type { Questions } from '../../src/domain/form/facts.ts';
import { MINUTE } from '../../src/lib/clock.ts';
import { formSource } from '../../src/vendors/form/source.ts';
import { verifyGravity } from '../../src/vendors/form/tools/gravity.ts';
import { verifyTypeform } from '../../src/vendors/form/tools/typeform.ts';
import { verifyWebflow } from '../../src/vendors/form/tools/webflow.ts';
import vectors from '../fixtures/forms/vectors.json' with { type: 'json' };
import { press } from '../helpers/control.ts';
import { NOW, type Person, sourceSuite } from './source.suite.ts';

/** What Baton's inbox holds, as the stories see it in the database. */
const inbox: Signal[] = [];

const source = (questions: Questions = {}): Source =>
  formSource({
    name: 'form',
    questions,
    setup: () => ({ steps: [], values: [] }),
    submissionsOf: async id =>
      inbox.flatMap(({ contactId, submission, occurredAt }) =>
        submission && contactId === id ? [{ submission, at: new Date(occurredAt) }] : [],
      ),
  });

const requestOf = ({
  path,
  headers,
  body,
}: {
  path: string;
  headers: Record<string, string>;
  body: string | Buffer;
}): HookRequest => ({
  method: 'POST',
  url: `https://baton.example.com${path}`,
  headers,
  body: Buffer.from(body),
});

const fieldsOf = ({ email, firstName: first_name, lastName: last_name, company, title: job_title }: Person) => ({
  email,
  first_name,
  last_name,
  company,
  job_title,
});

sourceSuite({
  service: 'form',
  standIn,
  token: 'sandbox-form-key',
  make: () => source(),
  async seed(_sandbox, person) {
    const [signal] = source().read(requestOf(SENDERS.server(fieldsOf(person), { hookKey: 'k' })), NOW);
    assert.ok(signal);
    inbox.unshift(signal);
    return signal.contactId;
  },
  rescore: (sandbox, person) => press(sandbox, 'form/contacts?by=server', fieldsOf(person)),
  unknownId: 'f00d',
  proof: 'address',
  scoreless: true,
});

const sample = (name: string) => readFileSync(new URL(`../fixtures/forms/${name}.json`, import.meta.url));
const read = (name: string, questions: Questions = {}) =>
  source(questions).read(
    requestOf({ path: '/hooks/k/form', headers: { 'content-type': 'application/json' }, body: sample(name) }),
    NOW,
  )[0];

test('samples of the tools: their signatures, and what they tell', () => {
  const signed = (name: 'typeform' | 'webflow', body = sample(name)) =>
    requestOf({ path: '', headers: vectors[name].headers as Record<string, string>, body });
  const at = new Date(Number(vectors.webflow.headers['x-webflow-timestamp']));
  const spoilt = Buffer.concat([sample('webflow'), Buffer.from(' ')]);
  assert.deepEqual(
    [
      verifyTypeform(signed('typeform'), vectors.typeform.secret),
      verifyTypeform(signed('typeform', spoilt), vectors.typeform.secret),
      verifyTypeform(signed('webflow'), vectors.typeform.secret),
      verifyWebflow(signed('webflow'), vectors.webflow.secret, at),
      verifyWebflow(signed('webflow'), vectors.webflow.secret, new Date(at.getTime() + 6 * MINUTE)),
      verifyWebflow(signed('webflow', spoilt), vectors.webflow.secret, at),
      verifyWebflow(signed('typeform'), vectors.webflow.secret, at),
      verifyGravity(requestOf({ path: '', headers: { 'x-baton-key': 'k' }, body: '' }), 'k'),
      verifyGravity(requestOf({ path: '', headers: { 'x-baton-key': 'other' }, body: '' }), 'k'),
      verifyGravity(requestOf({ path: '', headers: {}, body: '' }), 'k'),
    ].map(({ ok }) => ok),
    [true, false, false, true, false, false, false, true, false, false],
  );
  const [typeform, webflow, gravity] = [read('typeform'), read('webflow'), read('gravity', { '3': 'company' })];
  assert.deepEqual(
    [typeform?.submission?.form, typeform?.submission?.fields],
    ['Demo', { utm_source: 'linkedin', email: 'emma@example.com', company: 'Acme Corp' }],
  );
  assert.deepEqual(
    [webflow?.submission?.fields.Name, webflow?.occurredAt],
    ['Emma Thompson', NOW < new Date('2026-11-24T21:14:02Z') ? NOW.toISOString() : '2026-11-24T21:14:02.000Z'],
  );
  assert.deepEqual(
    [gravity?.company, gravity?.submission?.fields.first_name, gravity?.submission?.page],
    ['Acme Corp', 'Emma', 'https://example.com/demo/'],
  );
  assert.equal(
    new Set([typeform, webflow, gravity].map(one => one?.contactId)).size,
    1,
    'one person, whatever the tool',
  );
  assert.equal(read('typeform')?.dedupeKey, typeform?.dedupeKey);
});
