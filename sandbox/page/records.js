/** What the other systems hold: Salesforce's leads and tasks, HubSpot's contacts. */
import { h } from './dom.js';

const MOST = 60;
const asList = given => (Array.isArray(given) ? given : (given?.records ?? given?.contacts ?? []));

export function records(system, now) {
  if (system === 'HubSpot') {
    const contacts = asList(now.contacts).map(one => one.properties ?? one);
    return table(['Contact', 'Company', 'Score', 'Stage'], contacts.reverse(), one => [
      [one.firstname, one.lastname].filter(Boolean).join(' ') || one.email,
      one.company,
      one.hubspotscore,
      one.lifecyclestage,
    ]);
  }
  const tasks = new Map(asList(now.records.tasks).map(task => [task.WhoId, task]));
  return table(['Lead', 'Company', 'Score', 'Fit', 'Status', 'Follow-up'], asList(now.records.leads).reverse(), one => [
    h(
      'a',
      { href: `${now.sandboxUrl}/salesforce/lightning/r/Lead/${one.Id}/view`, target: '_blank', rel: 'noreferrer' },
      [one.FirstName, one.LastName].filter(Boolean).join(' '),
    ),
    one.Company,
    one.Lead_Score__c,
    one.ICP_Fit_Score__c,
    one.Status,
    tasks.get(one.Id)?.Subject,
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
