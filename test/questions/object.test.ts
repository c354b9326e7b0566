/** The object of a question is the published schema, no more and no less; whatever is typed, it is read into one. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { z } from 'zod';
import { questionObject } from '../../src/questions/question-object.ts';
import { asked } from './ask.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const PUBLISHED = JSON.parse(
  readFileSync(new URL('../fixtures/questions/questions.schema.json', import.meta.url), 'utf8'),
) as { [key: string]: Json };

/** References resolved, `anyOf` written as `oneOf`, notes gone, lists without an order in one: what two schemas say. */
function plain(schema: Json, defs: { [key: string]: Json }): Json {
  if (Array.isArray(schema)) return schema.map(one => plain(one, defs));
  if (schema === null || typeof schema !== 'object') return schema;
  if (typeof schema.$ref === 'string') return plain(defs[schema.$ref.replace('#/$defs/', '')] ?? null, defs);
  const entries = Object.entries(schema).flatMap(([key, value]): [string, Json][] => {
    if (['$schema', '$defs', 'title', 'description'].includes(key)) return [];
    if (key === 'anyOf') return [['oneOf', plain(value, defs)]];
    if (key === 'properties') {
      const properties = Object.entries(value as { [key: string]: Json });
      return [[key, Object.fromEntries(properties.map(([name, one]) => [name, plain(one, defs)]))]];
    }
    // A regular expression of JavaScript writes its slashes so.
    if (key === 'pattern') return [[key, String(value).replaceAll(String.raw`\/`, '/')]];
    if (key === 'required') return [[key, (value as string[]).toSorted()]];
    return [[key, plain(value, defs)]];
  });
  const written = Object.fromEntries(entries);
  // What has a constant or a list of them has a type anyway, and what has properties is an object.
  if ('enum' in written || 'const' in written || 'properties' in written || 'oneOf' in written) delete written.type;
  return written;
}

test('the object is the published schema', () => {
  const own = z.toJSONSchema(questionObject) as { [key: string]: Json };
  const defs = (PUBLISHED.$defs ?? {}) as { [key: string]: Json };
  assert.deepEqual(plain(own, {}), plain(PUBLISHED, defs));
});

test('whatever is typed is read into an object of the schema', () => {
  const valid = new Ajv2020({ strict: false }).compile(PUBLISHED);
  const words = (
    'leads mqls how many which not contacted by rep team campaign source this last week month top 5 slowest overdue my marcus the ' +
    'webinar EMEA and or vs within an hour since August every Monday time to contact SLA rejected why won average p95 % 1000 employees'
  ).split(' ');
  const sentence = fc.array(fc.constantFrom(...words), { maxLength: 14 }).map(all => all.join(' '));
  fc.assert(
    fc.property(
      fc.oneof(sentence, fc.string({ unit: 'binary', maxLength: 120 })),
      fc.constantFrom('marcus', 'dana', 'sarah'),
      (text, who) => {
        const read = asked(who, text);
        assert.ok(valid(JSON.parse(JSON.stringify(read))), JSON.stringify([text, read, valid.errors]));
      },
    ),
    { numRuns: 1_500 },
  );
});

test('a question as long as a book is read at once', () => {
  const started = process.cpuUsage();
  asked('dana', 'not contacted by a rep within an hour since '.repeat(5_000));
  const { user, system } = process.cpuUsage(started);
  assert.ok((user + system) / 1_000 < 1_000, `${(user + system) / 1_000} ms of processor`);
});
