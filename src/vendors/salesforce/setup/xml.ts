/** Metadata files as values and back. Every value is text, and what stands once is no list, as in the file. */
import { XMLBuilder, XMLParser } from 'fast-xml-parser';

export type Xml = string | Xml[] | { [name: string]: Xml };
export type Content = Record<string, Xml>;

const NAMESPACE = 'http://soap.sforce.com/2006/04/metadata';

const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  trimValues: true,
  ignoreDeclaration: true,
  processEntities: true,
});
const builder = new XMLBuilder({ format: true, indentBy: '    ', suppressEmptyNode: false });

/** What stands inside the root element of a metadata file. */
export function readXml(text: string): Content {
  const parsed = parser.parse(text) as Record<string, Content>;
  return Object.values(parsed)[0] ?? {};
}

export function writeXml(root: string, content: Content): string {
  const body = builder.build({ [root]: content }) as string;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${body.replace(`<${root}>`, `<${root} xmlns="${NAMESPACE}">`)}`;
}

/** What may stand once, several times or not at all. */
export function all(value: Xml | undefined): Xml[] {
  if (value === undefined || value === '') return [];
  return Array.isArray(value) ? value : [value];
}

/** The text of a child; empty when there is none. */
export function textIn(value: Xml | undefined, name: string): string {
  const child = typeof value === 'object' && !Array.isArray(value) ? value[name] : undefined;
  return typeof child === 'string' ? child : '';
}

/** What jsforce read, as a file would have said it: texts, and nothing where nothing is. */
export function asContent(read: unknown): Content {
  const content = plain(read);
  return typeof content === 'object' && !Array.isArray(content) ? content : {};
}

function plain(value: unknown): Xml {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return String(value ?? '');
  const kept = Object.entries(value).filter(([name, one]) => name !== '$' && one !== null && one !== undefined);
  return Object.fromEntries(kept.map(([name, one]) => [name, plain(one)]));
}

/** Is everything that is wanted there? The org adds what is its own, and keeps lists in an order of its own. */
export function holds(actual: Xml | undefined, wanted: Xml, ignored: ReadonlySet<string>): boolean {
  if (typeof wanted === 'string') return same(actual, wanted);
  if (Array.isArray(wanted)) {
    const there = all(actual);
    return wanted.every(one => there.some(other => holds(other, one, ignored)));
  }
  return all(actual).some(
    one =>
      typeof one === 'object' &&
      !Array.isArray(one) &&
      Object.entries(wanted).every(([name, value]) => ignored.has(name) || holds(one[name], value, ignored)),
  );
}

/** `64` and `64.0` are one version, and an element without text is one that is not there. */
function same(actual: Xml | undefined, wanted: string): boolean {
  if (actual === undefined) return wanted === '';
  return all(actual).some(one => {
    if (typeof one !== 'string') return false;
    return one === wanted || (wanted !== '' && one !== '' && Number(one) === Number(wanted));
  });
}
