/** Edits on a playbook's text. Pure: what an admin asked for in, the new text or what keeps it from being one out. */
import { isDeepStrictEqual } from 'node:util';
import { type Playbook, type PlaybookProblem, type PlaybookVendors, parsePlaybook } from '../config/playbook.ts';
import { toError } from '../lib/errors.ts';
import { answer, moveAnswer, removeAnswer, reply } from './playbook-edits/answers.ts';
import type { ChangeKind, Draft, EditProblem, Made, Maker, PlaybookChange } from './playbook-edits/change.ts';
import { rewritten, writtenIn } from './playbook-edits/document.ts';
import { differenceInWords, inOneLine } from './playbook-edits/edit-words.ts';
import { admin, person, removePerson } from './playbook-edits/people.ts';
import { fallback, moveRule, removeRule, rule } from './playbook-edits/rules.ts';
import {
  card,
  fit,
  followUp,
  ladder,
  notify,
  nurture,
  promises,
  removeTemplate,
  sourceFields,
  template,
  threshold,
} from './playbook-edits/sections.ts';
import { staff, starter, viewers } from './playbook-edits/staff.ts';
import { members, removeTeam, team } from './playbook-edits/teams.ts';

export { answerFor } from './playbook-edits/answer-words.ts';
export type * from './playbook-edits/change.ts';
export { differenceInWords, inOneLine } from './playbook-edits/edit-words.ts';
export * from './playbook-edits/rule-words.ts';
export { SHAPES, type Shape } from './playbook-edits/shapes.ts';
export { teamsOfShape } from './playbook-edits/staff.ts';

export type Edited =
  | { ok: true; yaml: string; playbook: Playbook; summary: string }
  /** Nothing would be different. */
  | { ok: true; yaml: string; playbook: Playbook; summary: undefined }
  | { ok: false; problems: EditProblem[] };

/** One maker for each kind of change; the type makes a forgotten one a compile error. */
const MAKERS: { [K in ChangeKind]: Maker<K> } = {
  threshold,
  fit,
  person,
  admin,
  staff,
  viewers,
  starter,
  source_fields: sourceFields,
  remove_person: removePerson,
  team,
  members,
  remove_team: removeTeam,
  rule,
  move_rule: moveRule,
  remove_rule: removeRule,
  fallback,
  ladder,
  promises,
  template,
  remove_template: removeTemplate,
  notify,
  card,
  follow_up: followUp,
  reply,
  answer,
  move_answer: moveAnswer,
  remove_answer: removeAnswer,
  nurture,
};

/**
 * Applies a change. Whatever is not concerned keeps its text, its comments and its order.
 * @param vendors those that the playbook may name
 */
export function edit(yaml: string, change: PlaybookChange, vendors: PlaybookVendors): Edited {
  const before = parsePlaybook(yaml, vendors, { isStored: true });
  if (!before.ok) return { ok: false, problems: before.problems.map(problem => said(problem, {})) };
  const draft = structuredClone(writtenIn(yaml));
  const made = make(draft, change);
  if (!made.ok) return made;
  const text = textOf(yaml, draft);
  if (!text.ok) return { ok: false, problems: [{ message: text.why }] };
  // What asks for too much already may go on so; nothing comes to it here.
  const isStored = !parsePlaybook(yaml, vendors).ok;
  const after = parsePlaybook(text.yaml, vendors, { isStored });
  if (!after.ok) return { ok: false, problems: atFields(after.problems.map(problem => said(problem, made.fields))) };
  const { playbook } = after;
  if (isDeepStrictEqual(playbook, before.playbook)) return { ok: true, yaml, playbook, summary: undefined };
  const summary = made.summary ?? inOneLine(differenceInWords(yaml, text.yaml));
  return { ok: true, yaml: text.yaml, playbook, summary };
}

function make<K extends ChangeKind>(draft: Draft, change: PlaybookChange & { kind: K }): Made {
  const maker = MAKERS[change.kind] as Maker<K>;
  return maker(draft, change as Parameters<Maker<K>>[1]);
}

function textOf(yaml: string, draft: Draft): { ok: true; yaml: string } | { ok: false; why: string } {
  try {
    return { ok: true, yaml: rewritten(yaml, draft) };
  } catch (thrown) {
    // Above all an anchor whose place goes while an alias elsewhere still needs it.
    return {
      ok: false,
      why: `This cannot be changed here: ${toError(thrown).message}. Export the playbook and change the file.`,
    };
  }
}

/** What is wrong at a field breaks other places too; mended there, those are well again. */
function atFields(problems: EditProblem[]): EditProblem[] {
  const own = problems.filter(({ field }) => field !== undefined);
  return own.length > 0 ? own : problems;
}

/** A problem in the words of whoever fills in a form; the field is that of the nearest place above it. */
function said({ path, message, suggestion }: PlaybookProblem, fields: Record<string, string>): EditProblem {
  const meant = suggestion === undefined ? '' : ` (did you mean ${suggestion}?)`;
  const place = Object.keys(fields)
    .filter(one => path === one || path.startsWith(`${one}.`) || path.startsWith(`${one}[`))
    .toSorted((one, other) => other.length - one.length)[0];
  const field = place === undefined ? undefined : fields[place];
  const text = `${message}${meant}`;
  if (field === undefined) return { message: path ? `${path}: ${text}` : text };
  return { field, message: text.charAt(0).toUpperCase() + text.slice(1) };
}
