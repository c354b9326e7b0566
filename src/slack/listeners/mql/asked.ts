import type { Answer } from '../../blocks/mql/answer.ts';
import type { WordHelp } from '../../blocks/mql/help.ts';
import type { NameOf } from '../../blocks/mql/lead.ts';
import { namesIn } from '../names.ts';
import type { Asker, Opening } from '../opening.ts';
import type { Here } from './when.ts';
import type { Directory } from './who.ts';

/** Somebody of the playbook who typed a word, or pressed a button that carries one. */
export interface Asked extends Asker, Opening, Here {
  word: string;
  /** What follows the word. */
  text: string;
}

/** A modal says the rest. */
export const OPENED = 'opened';

export interface Word extends WordHelp {
  run(asked: Asked): Promise<Answer | typeof OPENED>;
  /** Other words that people take for it. */
  aliases?: readonly string[];
}

/** Names of people and teams for whatever is shown. */
export function namesOf({ playbook }: Pick<Asked, 'playbook'>): NameOf {
  return namesIn(playbook);
}

/** Everybody who can be named in a command. */
export async function directoryOf({ deps, by, playbook, actor }: Asked): Promise<Directory> {
  return { playbook, people: await deps.queries.people(by.workspaceId), me: actor.email };
}
