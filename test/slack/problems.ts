/** What Slack would find wrong with blocks and views: by the stand-in's rules, and by the schema of Slack's own types. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import {
  problemsInMessage as standInOnMessage,
  problemsInView as standInOnView,
} from '../../sandbox/slack/blocks/surface.ts';

const SCHEMA = resolve(import.meta.dirname, '../fixtures/slack/types-3.2.0.schema.json');

const ajv = new Ajv({ strict: false, logger: false }).addSchema(JSON.parse(readFileSync(SCHEMA, 'utf8')), 'slack');

export function problemsInMessage(blocks: unknown): unknown[] {
  return [...standInOnMessage(blocks), ...bySchema('SlackBlocks', blocks)];
}

export function problemsInView(view: unknown, surface: 'modal' | 'home'): unknown[] {
  return [...standInOnView(view, surface), ...bySchema(surface === 'home' ? 'HomeView' : 'ModalView', view)];
}

function bySchema(definition: string, value: unknown): unknown[] {
  const check: ValidateFunction | undefined = ajv.getSchema(`slack#/definitions/${definition}`);
  if (!check) throw new Error(`the schema has no ${definition}`);
  // As it travels: what is undefined is not there.
  return check(JSON.parse(JSON.stringify(value))) ? [] : (check.errors ?? []).slice(-3);
}
