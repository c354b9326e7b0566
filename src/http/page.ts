/** A button of a page that sends what it must. */
export interface PageForm {
  action: string;
  hidden: Record<string, string>;
  buttons: { label: string; name?: string; value?: string }[];
}

/** What there is to press on a page, or to go on to. */
export interface PageMore {
  form?: PageForm | undefined;
  links?: readonly { label: string; to: string }[];
}

/** A small page for people who followed a link: a heading, a sentence or some, and what there is to press. */
export function page(
  title: string,
  sentences: string | readonly string[],
  { form, links = [] }: PageMore = {},
): string {
  const paragraphs = [sentences].flat().map(sentence => `<p>${escapeHtml(sentence)}</p>`);
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="referrer" content="no-referrer"><title>${escapeHtml(title)} · Baton</title>
<style>body{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:18vh auto;padding:0 1.5rem;color:#1d1c1d;overflow-wrap:anywhere}
button{font:inherit;padding:.5rem 1.2rem;margin:.5rem .5rem 0 0;border:1px solid #1d1c1d;border-radius:.4rem;background:#fff;cursor:pointer}
button:first-of-type{background:#1d1c1d;color:#fff}button:focus-visible{outline:3px solid #1264a3;outline-offset:2px}</style>
</head><body><main><h1>${escapeHtml(title)}</h1>${paragraphs.join('')}${form ? formOf(form) : ''}${linksOf(links)}</main></body></html>`;
}

function linksOf(links: NonNullable<PageMore['links']>): string {
  const all = links.map(({ label, to }) => `<a href="${escapeHtml(to)}">${escapeHtml(label)}</a>`);
  return all.length > 0 ? `<p>${all.join(' · ')}</p>` : '';
}

function formOf({ action, hidden, buttons }: PageForm): string {
  const inputs = Object.entries(hidden).map(
    ([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
  );
  const pressed = buttons.map(({ label, name, value = '' }) => {
    const sends = name === undefined ? '' : ` name="${escapeHtml(name)}" value="${escapeHtml(value)}"`;
    return `<button type="submit"${sends}>${escapeHtml(label)}</button>`;
  });
  return `<form method="post" action="${escapeHtml(action)}">${inputs.join('')}${pressed.join('')}</form>`;
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, character => ENTITIES[character] ?? character);
}
