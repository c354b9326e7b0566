/** The first answer: its one text, and the texts that are for some leads, of which the first that is for a lead counts. */
import { changed, type Draft, type Maker, refused, type WrittenAnswer, written } from './change.ts';

const FIELDS = ['enabled', 'to', 'within', 'subject', 'body', 'postal_address'];
const GONE = 'This text is not in the playbook any more.';

export const reply: Maker<'reply'> = (draft, { reply: given }) => {
  draft.reply = written({ ...draft.reply, ...given });
  return changed(Object.fromEntries(FIELDS.map(field => [`reply.${field}`, field])));
};

export const answer: Maker<'answer'> = (draft, { at, answer: given }) => {
  const all = answersOf(draft);
  if (at !== undefined && !all[at]) return refused(GONE);
  const when = written(given.when ?? {});
  const whole = written({ ...given, when: Object.keys(when).length > 0 ? when : undefined });
  keep(draft, at === undefined ? [...all, whole] : all.with(at, whole));
  const path = `reply.templates[${at ?? all.length}]`;
  const fields = ['priority', 'team', 'language'].map((name): [string, string] => [`${path}.when.${name}`, name]);
  return changed({
    [path]: 'subject',
    ...Object.fromEntries(fields),
    [`${path}.subject`]: 'subject',
    [`${path}.body`]: 'body',
  });
};

export const moveAnswer: Maker<'move_answer'> = (draft, { at, by }) => {
  const all = answersOf(draft);
  const [moved, other] = [all[at], all[at + by]];
  if (!moved) return refused(GONE);
  if (!other) return refused(by < 0 ? 'It is the first already.' : 'It is the last already.');
  keep(draft, all.with(at, other).with(at + by, moved));
  return changed({}, `First answer ${at + 1} moved ${by < 0 ? 'up' : 'down'} to ${at + by + 1}`);
};

export const removeAnswer: Maker<'remove_answer'> = (draft, { at }) => {
  const all = answersOf(draft);
  if (!all[at]) return refused(GONE);
  keep(draft, all.toSpliced(at, 1));
  return changed();
};

const answersOf = (draft: Draft): WrittenAnswer[] => draft.reply?.templates ?? [];

function keep(draft: Draft, templates: WrittenAnswer[]): void {
  draft.reply = { ...draft.reply, templates };
}
