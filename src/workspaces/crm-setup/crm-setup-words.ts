/** What became of setting up the CRM, in words. Pure. */
import type { SetupResult } from '../../contracts/crm-setup.ts';

type PartResult = SetupResult['parts'][number];

/** So many refusals are told; the rest is counted. */
const MOST_REFUSED = 12;
const SHORT = 200;

/** The whole of it in a message, for the CRM of this label: what was made, what was refused and why, and what is left for a person. */
export function setupOutcome({ ok, parts, byHand }: SetupResult, label: string): string {
  const of = (outcome: PartResult['outcome']) => parts.filter(part => part.outcome === outcome);
  const [made, refused] = [of('made'), of('refused')];
  const more = refused.length - MOST_REFUSED;
  return [
    ok ? `✓ ${label} is set up.` : `! ${label} is set up, but not all of it.`,
    made.length > 0 ? `Made: ${counted(made)}.` : 'Everything was there already: nothing was changed.',
    ...(made.length > 0 && of('unchanged').length > 0 ? [`Left as it was: ${counted(of('unchanged'))}.`] : []),
    ...refused.slice(0, MOST_REFUSED).map(({ name, why = 'no reason given' }) => `✗ ${name}: ${why.slice(0, SHORT)}`),
    ...(more > 0 ? [`✗ … and ${more} more.`] : []),
    'Now by hand:',
    ...byHand.map((todo, index) => `${index + 1}. ${todo}`),
  ].join('\n');
}

/** "40 fields, 4 flows and permission set Baton". */
function counted(parts: readonly PartResult[]): string {
  const kinds = new Map<string, string[]>();
  for (const { name } of parts) {
    const [, kind = name, rest = ''] = /^(?!the )([a-z]+(?: [a-z]+)*) (\S.*)$/.exec(name) ?? [];
    kinds.set(kind, [...(kinds.get(kind) ?? []), rest]);
  }
  const words = [...kinds].map(([kind, names]) => {
    const [name = ''] = names;
    // One alone is called by its name: "permission set Baton".
    return names.length === 1 ? `${kind} ${name}`.trim() : `${names.length} ${kind}s`;
  });
  const last = words.pop() ?? 'nothing';
  return words.length > 0 ? `${words.join(', ')} and ${last}` : last;
}
