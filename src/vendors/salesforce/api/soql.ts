/** SOQL from outside text: a lead's own words never leave their quotes. */

const ESCAPES: Record<string, string> = { '\\': '\\\\', "'": "\\'", '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A quoted SOQL string. Backslash and quote are escaped, line breaks written out, other control characters dropped. */
export function quote(text: string): string {
  const safe = text
    .replace(/[\\'\n\r\t]/g, letter => ESCAPES[letter] ?? '')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must go
    .replace(/[\u0000-\u001f\u007f]/g, '');
  return `'${safe}'`;
}

/** `('a', 'b')` for an IN filter; never empty, because SOQL has no empty list. */
export function list(values: Iterable<string>): string {
  const quoted = [...values].map(quote);
  return `(${quoted.length > 0 ? quoted.join(',') : "''"})`;
}

/** The host a website or domain names, in lower case and without `www.`; undefined when there is none. */
export function hostOf(website: string | null | undefined): string | undefined {
  const text = website?.trim() ?? '';
  if (text === '') return undefined;
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  if (!URL.canParse(address)) return undefined;
  return new URL(address).hostname.replace(/\.$/, '').replace(/^www\./, '') || undefined;
}

/** Text inside a quoted LIKE pattern, where it stands for itself. */
export function likeText(text: string): string {
  return quote(text)
    .slice(1, -1)
    .replace(/[%_]/g, letter => `\\${letter}`);
}
