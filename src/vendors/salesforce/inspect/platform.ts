/** The platform itself: API version, what is left of its limits, its clock. Pure. */
import { MINUTE } from '../../../lib/clock.ts';
import type { Meter, OrgFacts } from './facts.ts';
import { type Finding, fine, given, problem, warning } from './findings.ts';
import type { Wanted } from './wanted.ts';

/** So many newer versions out, and ours is near its retirement: Salesforce keeps each for three years at least. */
const OLD = 9;

const NEAR = 0.5;
const FULL = 0.8;

/** A log-in by JWT is good for three minutes. */
const MOST_APART = 2 * MINUTE;

const METERS: [name: string, words: string, fix: string][] = [
  [
    'DailyApiRequests',
    'of the day’s API calls are used',
    'See in Setup › System Overview who uses them. Baton lets what is not urgent wait.',
  ],
  ['DataStorageMB', 'of the data storage is used', 'Delete or archive records: a full org takes no new lead.'],
];

export function platformFindings({ versions, limits, clockAhead }: OrgFacts, { apiVersion }: Wanted): Finding[] {
  return [
    ...given(versions, 'API versions', all => versionFindings(all, apiVersion)),
    ...given(limits, 'Limits', meters => METERS.flatMap(meter => meterFindings(meters, meter))),
    ...clockFindings(clockAhead),
  ];
}

function versionFindings(all: readonly string[], ours: string): Finding[] {
  const numbers = all.map(Number);
  const newest = Math.max(...numbers);
  if (!numbers.includes(Number(ours))) {
    return [problem(`The org does not serve API version ${ours}; its newest is ${newest}.0`, 'Update Baton.')];
  }
  const behind = newest - Number(ours);
  if (behind >= OLD) {
    return [
      warning(
        `API version ${ours} is ${behind} versions behind the org’s and will be retired`,
        'Update Baton before Salesforce retires it.',
      ),
    ];
  }
  return [fine(`API version ${ours} is served${behind > 0 ? ` (the newest is ${newest}.0)` : ''}`)];
}

function meterFindings(meters: ReadonlyMap<string, Meter>, [name, words, fix]: (typeof METERS)[number]): Finding[] {
  const meter = meters.get(name);
  if (!meter || meter.max <= 0) return [];
  const share = 1 - meter.remaining / meter.max;
  const what = `${Math.round(share * 100)}% ${words} (${number(meter.max - meter.remaining)} of ${number(meter.max)}${name.endsWith('MB') ? ' MB' : ''})`;
  if (share >= FULL) return [problem(what, fix)];
  return [share >= NEAR ? warning(what, fix) : fine(what)];
}

const number = (value: number): string => value.toLocaleString('en-US');

function clockFindings(ahead: number | undefined): Finding[] {
  if (ahead === undefined) return [];
  const seconds = Math.round(Math.abs(ahead) / 1_000);
  if (Math.abs(ahead) < MOST_APART) return [fine('This machine’s clock and the org’s agree')];
  return [
    problem(
      `This machine’s clock is ${seconds} s ${ahead > 0 ? 'behind' : 'ahead of'} the org’s: log-ins and deadlines go wrong`,
      'Set the clock by NTP.',
    ),
  ];
}
