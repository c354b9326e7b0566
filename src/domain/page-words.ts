/** Pages of a web site in words that people use. Pure. */

/** Longer addresses name nothing that anybody would recognise. */
const LONGEST = 200;
/** What stands in addresses and is no page's name. */
const MEANINGLESS = /^(index|home|default|[a-z]{2}(-[a-z]{2})?|\d+|[0-9a-f]{8,}|.*[=&%].*)$/i;

/** A path or an address, rather than the title of a page or a form. */
export function isPath(text: string): boolean {
  return /^(\/|https?:\/\/|www\.)/i.test(text.trim());
}

/** "our pricing page" of `/en/pricing?x=1`, "our website" where the address says nothing, "Pricing" of "Pricing | Acme". */
export function pageInWords(detail: string): string {
  const text = detail.trim().slice(0, LONGEST);
  if (!isPath(text)) return text.split(' | ')[0]?.trim() || 'our website';
  const [path = ''] = text.replace(/^(https?:\/\/|www\.)[^/?#]*/i, '').split(/[?#]/);
  const names = path.split('/').filter(part => part !== '' && !MEANINGLESS.test(part));
  const words = names
    .at(-1)
    ?.replace(/\.\w{1,5}$/, '')
    .split(/[-_+.]/)
    .filter(Boolean)
    .join(' ')
    .toLowerCase();
  return words ? `our ${words} page` : 'our website';
}
