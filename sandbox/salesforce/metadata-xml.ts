/** XML of the Metadata API: files of a package, and what the SOAP endpoint takes and gives. */
import { XMLParser, XMLValidator } from 'fast-xml-parser';

export type Xml = string | Xml[] | { [name: string]: Xml };
export type Content = { [name: string]: Xml };

const parser = new XMLParser({
  ignoreAttributes: true,
  removeNSPrefix: true,
  ignoreDeclaration: true,
  parseTagValue: false,
});

/** Root and what stands in it; a text says why it is no XML. */
export function parseXml(text: string): { root: string; content: Content } | string {
  if (/<!DOCTYPE/i.test(text)) return 'DOCTYPE is disallowed';
  const valid = XMLValidator.validate(text);
  if (valid !== true) return `${valid.err.msg} (line ${valid.err.line})`;
  const [[root = '', content] = ['', '']] = Object.entries(parser.parse(text) as Content);
  return { root, content: typeof content === 'object' && !Array.isArray(content) ? content : {} };
}

export function listOf(value: Xml | undefined): Xml[] {
  if (value === undefined || value === '') return [];
  return Array.isArray(value) ? value : [value];
}

export function contentsOf(value: Xml | undefined): Content[] {
  return listOf(value).filter((one): one is Content => typeof one === 'object' && !Array.isArray(one));
}

export function textOf(content: Content | undefined, name: string): string {
  const value = content?.[name];
  return typeof value === 'string' ? value : '';
}

/** Elements of these names; lists repeat them. */
export function elements(content: Content): string {
  return Object.entries(content)
    .map(([name, value]) =>
      listOf(value === '' ? [''] : value)
        .map(one => `<${name}>${typeof one === 'string' ? escaped(one) : elements(one as Content)}</${name}>`)
        .join(''),
    )
    .join('');
}

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
