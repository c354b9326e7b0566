/** What the other systems hold: the CRM's leads and what is to be done, HubSpot's contacts as the source. */
import { h } from './dom.js';

const MOST = 60;
const asList = given => (Array.isArray(given) ? given : (given?.contacts ?? []));

export function records(system, now) {
  if (system === 'source') {
    const contacts = asList(now.contacts).map(one => one.properties ?? one);
    return table(['Contact', 'Company', 'Score', 'Stage'], contacts.reverse(), one => [
      [one.firstname, one.lastname].filter(Boolean).join(' ') || one.email,
      one.company,
      one.hubspotscore,
      one.lifecyclestage,
    ]);
  }
  return table(['Lead', 'Company', 'Score', 'Fit', 'Status', 'Follow-up'], [...now.crm.leads].reverse(), one => [
    one.href ? h('a', { href: one.href, target: '_blank', rel: 'noreferrer' }, one.name) : one.name,
    one.company,
    one.score,
    one.fit,
    one.status,
    one.followUp,
  ]);
}

function table(titles, rows, cells) {
  if (rows.length === 0) return h('p', { class: 'empty' }, 'Nothing here yet.');
  return h(
    'table',
    {},
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        titles.map(title => h('th', { scope: 'col' }, title)),
      ),
    ),
    h(
      'tbody',
      {},
      rows.slice(0, MOST).map(one =>
        h(
          'tr',
          {},
          cells(one).map(cell => h('td', {}, cell ?? '—')),
        ),
      ),
    ),
  );
}
