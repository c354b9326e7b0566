/** A vendor's page that a person passes on the way: logging in, saying yes or no. Pure. */

interface StandInPage {
  /** Whose page it stands for. */
  vendor: string;
  /** The vendor's, so that people see whose page they are on. */
  color: string;
  title: string;
  /** HTML: whoever makes it has escaped what comes from outside. */
  body: string;
}

const CSS = `body{font:1rem/1.45 system-ui,sans-serif;margin:0;background:#f3f1ec;color:#1d1c1d}
header{color:#fff;padding:.8rem 1.2rem;font-weight:700}header small{font-weight:400}
main{max-width:34rem;margin:1.5rem auto;background:#fff;border-radius:.6rem;padding:1.2rem 1.5rem 1.5rem;box-shadow:0 1px 5px #0002}
h1{font-size:1.35rem;line-height:1.25;margin:0 0 1rem}ul{columns:2;padding-left:1.2rem;font-size:.9rem;color:#5c5b60}
select,button,.press{font:inherit;padding:.5rem .8rem;border:1px solid #8886;border-radius:.35rem;background:#fff;color:inherit;max-width:100%;text-decoration:none}
button,.press{display:inline-block;padding:.55rem 1.4rem;font-weight:700;cursor:pointer}button[value=yes],.press.yes{background:#155444;border-color:#155444;color:#fff}
:focus-visible{outline:3px solid #2b7de9;outline-offset:2px}@media(max-width:600px){main{margin:0;border-radius:0}ul{columns:1}}`;

export function standInPage({ vendor, color, title, body }: StandInPage): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} · ${vendor} stand-in</title><style>${CSS}</style></head>
<body><header style="background:${color}">${vendor} <small>stand-in</small></header><main><h1>${escapeHtml(title)}</h1>${body}</main></body></html>`;
}

export function escapeHtml(value: unknown): string {
  return String(value ?? '').replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);
}
