/** What happened to a lead, day by day, as the reader's own clock had it. Pure. */
import type { TimelineEntry } from '../../domain/timeline.ts';
import { html, type Markup } from '../../lib/markup.ts';
import { clockWords, longDayWords, timeTag } from '../pieces/page-words.ts';
import type { Visiting } from '../visiting.ts';

const NEWEST = 30;

/** Newest thirty, unless the address asks for all of them. */
export function timelineCard(
  entries: readonly TimelineEntry[],
  { by, query }: Pick<Visiting, 'by' | 'query'>,
  id: string,
): Markup {
  const shown = query.get('all') === '1' ? entries : entries.slice(-NEWEST);
  const earlier = entries.length - shown.length;
  const days = Map.groupBy(shown, ({ at }) => longDayWords(new Date(at), by.zone));
  const lists = [...days].map(
    ([day, some]) => html`<h3>${day}</h3><ol class="tl">${some.map(entry => line(entry, by.zone))}</ol>`,
  );
  return html`<section class="card"><header><h2>What happened</h2><p class="key"><span><svg aria-hidden="true"><path class="a" d="M6 0h12l-6 12H0z"/></svg>Baton</span><span><svg aria-hidden="true"><circle class="b" cx="6" cy="6" r="6"/></svg>A person</span><span><svg aria-hidden="true"><rect class="z" width="10" height="10" y="1"/></svg>Another system</span></p></header>
${earlier > 0 && html`<p><a href="/page/leads/${id}?all=1">Earlier: ${earlier} more</a></p>`}${shown.length === 0 ? html`<p class="soft">Nothing has happened yet.</p>` : lists}</section>`;
}

function line({ at, actor, text }: TimelineEntry, zone: string): Markup {
  const moment = new Date(at);
  const kind = whose(actor);
  return html`<li class="${kind.style}">${timeTag(moment, clockWords(moment, zone))}<span><span class="hide">${kind.words}: </span>${text}</span></li>`;
}

/** The sign beside a line, and the same in words for whoever does not see it. */
function whose(actor: string): { style: string; words: string } {
  if (actor === 'baton') return { style: '', words: 'Baton' };
  if (actor.startsWith('slack:') || actor.includes('@')) return { style: 'p', words: 'A person' };
  return { style: 'x', words: 'Another system' };
}
