import { z } from 'zod';
import type { Fields } from '../blocks/check.ts';
import { showFile } from '../methods/files.ts';
import { nextId } from '../world.ts';
import type { Actor } from './payloads.ts';
import { Impossible } from './state.ts';

/** What a person picks from their disk for a file input: `{name, content}`, one or a list of them. */
const picked = z.strictObject({ name: z.string().min(1), content: z.string().min(1) });
const some = z.union([picked.transform(one => [one]), z.array(picked)]);

/** Uploads what was picked, as Slack's client does before the form can be submitted; answers the field's state. */
export function pickFiles({ world, workspace }: Actor, element: Fields, value: unknown): Fields {
  const files = some.safeParse(value);
  if (!files.success) throw new Impossible('a file input takes {name, content} or a list of those');
  const most = typeof element.max_files === 'number' ? element.max_files : 10;
  if (files.data.length > most) throw new Impossible(`more than the ${most} files the field takes`);
  return { type: 'file_input', files: files.data.map(file => uploaded(file)) };

  function uploaded({ name, content }: z.infer<typeof picked>): Fields {
    const type = name.split('.').at(-1)?.toLowerCase() ?? '';
    const taken = element.filetypes;
    if (Array.isArray(taken) && !taken.includes(type)) {
      throw new Impossible(`${name} is none of the kinds the field takes: ${taken.join(', ')}`);
    }
    const bytes = Buffer.from(content, 'utf8');
    const upload = { id: nextId(world, 'F'), team: workspace.id, name, length: bytes.length, bytes, complete: true };
    world.uploads.set(upload.id, upload);
    return showFile(world, upload, name);
  }
}
