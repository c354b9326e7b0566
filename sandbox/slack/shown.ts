import { type Fields, isFields } from './blocks/check.ts';

/** Where texts stand that people read. Ids and metadata they never see, and what fills a form was typed by them. */
const READ = new Set(['text', 'markdown_text', 'alt_text', 'title', 'initial_comment', 'caption']);
/** Arguments of the Web API that are JSON within a form. */
const JSON_ARGUMENTS = ['blocks', 'view', 'attachments'];

/** Everything a person can read in a call of the Web API, an answer to an interaction, or one to a response URL. */
export function textsShown(content: unknown): string[] {
  if (Array.isArray(content)) return content.flatMap(textsShown);
  if (!isFields(content)) return [];
  return Object.entries(content).flatMap(([key, value]) => {
    if (key === 'metadata') return [];
    if (typeof value !== 'string') return key === 'errors' && isFields(value) ? errorsOf(value) : textsShown(value);
    if (JSON_ARGUMENTS.includes(key)) return textsShown(parsed(value));
    return READ.has(key) ? [value] : [];
  });
}

/** What stands at the fields of a modal that was not taken. */
const errorsOf = (errors: Fields): string[] => Object.values(errors).filter(one => typeof one === 'string');

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
