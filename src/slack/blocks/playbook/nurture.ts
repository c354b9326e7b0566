/** The form of nurture: by source, where a lead goes there that sales does not get. */
import type { NurtureKind } from '../../../domain/nurture.ts';
import type { WrittenNurture } from '../../../workspaces/playbook-edits.ts';
import { context } from '../block-parts.ts';
import { form } from '../modals/modal-parts.ts';
import { textField } from './fields.ts';
import { type Form, misread, read } from './form.ts';

const WAYS: Record<NurtureKind, string> = {
  list: '`list NAME`',
  campaign: '`campaign NAME`',
  automation: '`automation NAME`',
  property: '`property NAME = VALUE`',
};
const plain = (kinds: readonly NurtureKind[]) => kinds.map(kind => WAYS[kind].replaceAll('`', '')).join(', or ');

export const nurtureForm: Form = {
  id: 'edit_nurture',
  title: 'Nurture',
  draw: ({ text: { written, sources, nurtures } }, origin) =>
    form(nurtureForm.id, nurtureForm.title, 'Save', origin, [
      ...Object.entries(nurtures).map(([source, kinds]) =>
        textField(`nurture_${source}`, sources[source] ?? source, nurtureText(written.nurture?.[source]), {
          optional: true,
          hint: `${plain(kinds)}: by name or ID. Empty: leads stay where they are.`,
        }),
      ),
      context('A lead that sales does not get goes there once, and leaves when sales has it after all.'),
    ]),
  read: (filled, { text: { nurtures } }) => {
    const typed = Object.entries(nurtures).map(([source, kinds]) => {
      const text = filled.text(`nurture_${source}`);
      return { source, kinds, text, place: text === undefined ? undefined : nurtureIn(text, kinds) };
    });
    const wrong = typed.filter(({ text, place }) => text !== undefined && !place);
    if (wrong.length > 0) {
      return misread(
        Object.fromEntries(wrong.map(({ source, kinds }) => [`nurture_${source}`, `Write ${plain(kinds)}.`])),
      );
    }
    return read({ kind: 'nurture', places: Object.fromEntries(typed.map(({ source, place }) => [source, place])) });
  },
};

/** `list Nurture`, as `nurtureIn` reads it; empty: none. */
export function nurtureText(place: WrittenNurture | undefined): string | undefined {
  if (!place) return undefined;
  const { property, value, ...others } = place;
  if (property !== undefined) return `property ${property} = ${value ?? ''}`;
  return Object.entries(others).map(([kind, name]) => `${kind} ${name}`)[0];
}

/** Undefined: nobody understands it. A source with one way needs no word for it. */
function nurtureIn(text: string, kinds: readonly NurtureKind[]): WrittenNurture | undefined {
  const [, word = '', rest = ''] = /^(\S+)\s+(.+)$/s.exec(text.trim()) ?? [];
  const said = kinds.find(kind => kind === word.toLowerCase());
  const kind = said ?? (kinds.length === 1 ? kinds[0] : undefined);
  const name = said ? rest.trim() : text.trim();
  if (kind !== 'property') return kind && { [kind]: name };
  const at = name.indexOf('=');
  const [property, value] = [name.slice(0, at).trim(), name.slice(at + 1).trim()];
  return at > 0 && property && value ? { property, value } : undefined;
}
