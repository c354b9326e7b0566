/** What makes the numbers of the overview older or fewer than they look: paused connections, silent sources, unequal books. */
import { connectionsOf } from '../../db/connections/connections.ts';
import { newestBooks } from '../../db/reports/books.ts';
import { toldSilences } from '../../db/reports/silences.ts';
import { connectionName, serviceName } from '../../domain/service-name.ts';
import { html, type Markup } from '../../lib/markup.ts';
import { seesBooks } from '../../reports/books/books-service.ts';
import { unexplainedIn, verdictLine } from '../../reports/books/books-words.ts';
import { momentWords } from '../pieces/page-words.ts';
import type { Visiting } from '../visiting.ts';

const MOST = 2;

/** At most two, the gravest first; the books for those who may see them. Three statements at once. */
export async function banners({ deps: { db }, visitor, by }: Visiting): Promise<Markup[]> {
  const { workspaceId, now, zone } = by;
  const [connections, silences, books] = await Promise.all([
    connectionsOf(db, workspaceId),
    toldSilences(db, workspaceId),
    seesBooks(visitor.actor) ? newestBooks(db, workspaceId) : undefined,
  ]);
  const paused = connections.filter(({ status }) => status === 'paused');
  const receipts = books?.last?.receipts ?? [];
  return [
    ...paused.map(one => pausedBanner(one, by)),
    ...silences.map(({ source, since }) =>
      banner(
        `${serviceName(source)} told Baton of nothing since ${momentWords(since, now, zone)}.`,
        'Leads may be missing here. The admins were told; an admin can look at the connection with /mql doctor.',
      ),
    ),
    ...(unexplainedIn(receipts) > 0
      ? [banner(`The books do not add up: ${verdictLine(receipts)}`, html`<a href="/page/books">See the books</a>`)]
      : []),
  ].slice(0, MOST);
}

function pausedBanner(
  { lastSignalAt: last, ...connection }: Awaited<ReturnType<typeof connectionsOf>>[number],
  { now, zone }: Visiting['by'],
): Markup {
  const since = last
    ? `It last told of a lead ${momentWords(last, now, zone)}.`
    : 'Leads are counted as Baton last knew them.';
  return banner(
    `${connectionName(connection)} is paused.`,
    `${since} An admin can connect it again on Baton’s Home tab in Slack.`,
  );
}

const banner = (what: string, more: string | Markup): Markup =>
  html`<div class="banner" role="status"><b>${what}</b>
<span>${more}</span></div>`;
