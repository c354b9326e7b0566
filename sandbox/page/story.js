/** The timeline of a lead, with what each decision rests on. */
import { h } from './dom.js';

export function stories(entries) {
  if (entries.length === 0) return h('p', { class: 'empty' }, 'Choose a lead to read what happened to it, and why.');
  const from = new Date(entries[0].detail?.seenAt ?? entries[0].at);
  return h(
    'ol',
    { class: 'story' },
    entries.map(entry =>
      h('li', {}, h('time', { datetime: entry.at }, since(from, entry)), entry.text, reasons(entry)),
    ),
  );
}

/** Hundredths while Baton works, minutes once people do. */
function since(from, entry) {
  const seconds = Math.max(0, (new Date(entry.at) - from) / 1000);
  if (seconds < 60) return `${seconds.toFixed(2)} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function reasons({ kind, detail }) {
  if (kind === 'judged' && detail.judgement) {
    const { fit, email, company, title } = detail.judgement;
    const parts = fit.parts.map(part => `${part.part}: ${part.points} of ${part.possible} — ${part.reason}`);
    return more('Why', [...parts, email.reason, company.reason, title.reason]);
  }
  if (kind === 'routed' && detail.decision) {
    const { rule, candidates, skipped } = detail.decision;
    return more(`Rule: ${rule}`, [
      ...candidates.map((one, place) => `${place + 1}. ${one.email}: ${one.standing}`),
      ...skipped.map(one => `skipped ${one.email}: ${one.reason}`),
    ]);
  }
  return undefined;
}

function more(title, lines) {
  return h(
    'details',
    {},
    h('summary', {}, title),
    h(
      'ul',
      {},
      lines.map(line => h('li', {}, line)),
    ),
  );
}
