/** What every word of `/mql` gets to work with, and what it answers. */
import type { WebClient } from '@slack/web-api';
import { personOf, teamName } from '../../../config/playbook/people.ts';
import type { By } from '../../../handoff/core/rights.ts';
import type { Answer } from '../../blocks/mql/answer.ts';
import type { Told } from '../../blocks/mql/help.ts';
import type { NameOf } from '../../blocks/mql/lead.ts';
import type { SlackDeps } from '../../deps.ts';
import type { Asker } from '../opening.ts';
import type { Here } from './when.ts';
import type { Directory } from './who.ts';

/** Somebody of the playbook who typed a word, or pressed a button that carries one. */
export interface Asked extends Asker, Here {
  word: string;
  /** What follows the word. */
  text: string;
  by: By;
  deps: SlackDeps;
  client: WebClient;
  triggerId: string;
}

/** A modal says the rest. */
export const OPENED = 'opened';

export interface Word extends Told {
  run(asked: Asked): Promise<Answer | typeof OPENED>;
  /** Other words that people take for it. */
  aliases?: readonly string[];
}

/** Names of people and teams for whatever is shown. */
export function namesOf({ playbook }: Pick<Asked, 'playbook'>): NameOf {
  return key => personOf(playbook, key)?.name ?? teamName(playbook, key);
}

/** Everybody who can be named in a command. */
export async function directoryOf({ deps, by, playbook, actor }: Asked): Promise<Directory> {
  return { playbook, people: await deps.queries.people(by.workspaceId), me: actor.email };
}
