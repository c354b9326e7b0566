/** Text out of HTML that others wrote. */
import { convert } from 'html-to-text';

/** No note that a person wrote is longer, or nested deeper; what is beyond is left out. */
const [LONGEST, DEEPEST] = [100_000, 50];

/**
 * What somebody reads who sees the HTML: paragraphs and breaks as lines, characters by their names resolved, no address
 * beside its link, no picture. Never trusted to be harmless markup afterwards.
 */
export function textOfHtml(html: string): string {
  return convert(html.slice(0, LONGEST), {
    wordwrap: false,
    limits: { maxDepth: DEEPEST },
    selectors: [
      { selector: 'a', options: { ignoreHref: true } },
      { selector: 'img', format: 'skip' },
    ],
  }).trim();
}
