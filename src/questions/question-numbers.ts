/** What of a question is a number: periods, durations, ranges, "top 5", "every Monday". Pure. */
import type { Effect } from './phrases/phrase-table.ts';
import { numberIn, periodAt } from './question-periods.ts';

const COUNT = '(\\d{1,4}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half an)';
const UNIT = '(minutes?|mins?|hours?|hrs?|days?|weeks?|m|h|d)';
const DURATION = `(?:${COUNT} ?${UNIT})`;
const AMOUNT = '(\\d+(?:\\.\\d+)?)(k|000)?';

type Make = (found: RegExpExecArray) => Effect[] | undefined;

const duration = (kind: string, count = '', unit = ''): Effect[] | undefined => {
  const value = durationIn(count, unit);
  return value === undefined ? undefined : [{ kind, value }];
};

const range = (field: string, end: string, amount = '', thousands?: string): Effect[] => [
  { kind: `range.${field}.${end}`, value: String(Number(amount) * (thousands ? 1_000 : 1)) },
];

const ENDS: readonly [string, string][] = [
  ['above', '(?:more than|over|above|greater than|exceeding|>|larger than|bigger than|higher than)'],
  ['below', '(?:less than|fewer than|under|below|<|smaller than|lower than)'],
  ['from', '(?:at least|from|>=|≥|minimum of|min|not less than|starting at)'],
  ['to', '(?:at most|up to|<=|≤|maximum of|max|not more than)'],
];
const PEOPLE = '(?:employees|employee|people|staff|headcount|fte|ftes)';
const BEFORE_SIZE =
  '(?:(?:with|of|having|has|have|at|from|companies with|companies of|company size|employees|headcount) )?(?:companies )?(?:with )?';
const SCORE = '(?:with |having |that |who )?(?:a |an |the |lead |mql )*(?:scores?|scored|scoring)(?: of| is| are)?';

const MATCHERS: readonly [RegExp, Make][] = [
  [
    new RegExp(
      `^(?:(?:within|in under|in less than|in no more than|under|inside|inside of|in the first|less than|faster than|in at most|in|in fewer than)) (?:the first )?${DURATION}(?: or less| of becoming an mql| of crossing| or faster)?`,
    ),
    ([, count, unit]) => duration('within', count, unit),
  ],
  [
    new RegExp(
      `^(?:older than|after|for (?:more than|over|longer than|at least)?|for|open for (?:more than|over)?|longer than) ?${DURATION}(?: or more| already| now| or longer)?`,
    ),
    ([, count, unit]) => duration('older', count, unit),
  ],
  [
    new RegExp(`^(?:more than|over|at least) ${DURATION} (?:old|ago)`),
    ([, count, unit]) => duration('older', count, unit),
  ],
  [
    new RegExp(
      `^(?:waiting|sitting|waited|untouched|idle)(?: there)? (?:for )?(?:more than|over|longer than|at least)? ?${DURATION}(?: or more| already| now)?`,
    ),
    ([, count, unit]) => {
      const older = duration('older', count, unit);
      return older && [{ kind: 'status', value: 'not_contacted' }, ...older];
    },
  ],
  ...ENDS.flatMap(([end, words]): [RegExp, Make][] => [
    [
      new RegExp(`^${BEFORE_SIZE}${words} ${AMOUNT} ${PEOPLE}`),
      ([, amount, thousands]) => range('employees', end, amount, thousands),
    ],
    [
      new RegExp(`^(?:with )?(?:company size|employees|headcount|employee count) (?:of )?${words} ${AMOUNT}`),
      ([, amount, thousands]) => range('employees', end, amount, thousands),
    ],
    [new RegExp(`^${SCORE} ${words} ${AMOUNT}`), ([, amount, thousands]) => range('score', end, amount, thousands)],
  ]),
  [
    new RegExp(`^${BEFORE_SIZE}${AMOUNT}\\+ ${PEOPLE}`),
    ([, amount, thousands]) => range('employees', 'from', amount, thousands),
  ],
  [
    new RegExp(`^${BEFORE_SIZE}${AMOUNT} (?:or more|and more|and up|plus) ${PEOPLE}`),
    ([, amount, thousands]) => range('employees', 'from', amount, thousands),
  ],
  [
    new RegExp(`^${BEFORE_SIZE}(?:between |from )?${AMOUNT} (?:and|to) ${AMOUNT} ${PEOPLE}`),
    ([, low, lowK, high, highK]) => [
      ...range('employees', 'from', low, lowK),
      ...range('employees', 'to', high, highK),
    ],
  ],
  [
    new RegExp(`^${SCORE} (?:between |from )?${AMOUNT} (?:and|to) ${AMOUNT}`),
    ([, low, lowK, high, highK]) => [...range('score', 'from', low, lowK), ...range('score', 'to', high, highK)],
  ],
  [
    new RegExp(`^${SCORE} ${AMOUNT}(?:\\+| or more| and up| or higher)`),
    ([, amount, thousands]) => range('score', 'from', amount, thousands),
  ],
  [
    /^(?:the |our |my )?(top|best|bottom|worst|first|largest|biggest) (\d{1,3}|two|three|four|five|six|seven|eight|nine|ten)(?! (?:days|weeks|months))/,
    ([, which = '', count = '']) => {
      const limit = numberIn(count);
      if (limit < 1 || limit > 100) return undefined;
      const rank =
        which === 'bottom' || which === 'worst'
          ? 'worst'
          : which === 'largest' || which === 'biggest'
            ? 'highest'
            : 'best';
      return [
        { kind: 'limit', value: String(limit) },
        { kind: 'rank', value: rank },
      ];
    },
  ],
  [
    /^(?:every|each) (mon|tue|wed|thu|fri)(?:day|sday|nesday|rsday)s?(?: morning)?/,
    ([, day = '']) => [{ kind: 'every', value: day }],
  ],
  [/^(?:every (?:day|morning|weekday)|each (?:day|morning))/, () => [{ kind: 'every', value: 'day' }]],
  [/^(?:every|each) month/, () => [{ kind: 'every', value: 'month' }]],
  [
    /^(?:weekly|every week) on (mon|tue|wed|thu|fri)(?:day|sday|nesday|rsday)s?/,
    ([, day = '']) => [{ kind: 'every', value: day }],
  ],
  [
    /^(high|medium|low) (?:priority|prio|fit)(?: leads| mqls)?/,
    ([, priority = '']) => [
      { kind: 'priority', value: priority.toUpperCase() },
      { kind: 'noun', value: '' },
    ],
  ],
  [
    /^(?:priority|prio) (?:is )?(high|medium|low)/,
    ([, priority = '']) => [{ kind: 'priority', value: priority.toUpperCase() }],
  ],
  [
    /^(high|medium|low)(?: (?:and|or) (high|medium|low))?(?: (?:priority|prio))?(?: (?:leads|mqls|lead|mql|ones|handoffs))/,
    ([, one = '', other]) =>
      [one, ...(other ? [other] : [])]
        .map(value => ({ kind: 'priority', value: value.toUpperCase() }))
        .concat({ kind: 'noun', value: '' }),
  ],
  [
    /^hot (?:leads|mqls|lead|ones)/,
    () => [
      { kind: 'priority', value: 'HIGH' },
      { kind: 'noun', value: '' },
    ],
  ],
];

/** Every reading of a number that a text begins with. */
export function* matchersAt(
  text: string,
  here: { now: Date; zone: string },
): Generator<{ effects: Effect[]; length: number }> {
  const period = periodAt(text, here);
  if (period)
    yield { effects: [{ kind: 'period', value: period.period }], length: wordsIn(text.slice(0, period.length)) };
  for (const [pattern, make] of MATCHERS) {
    const found = pattern.exec(text);
    if (!found) continue;
    const end = found[0].trimEnd().length;
    if (text.length > end && text[end] !== ' ') continue;
    const effects = make(found);
    if (effects) yield { effects, length: wordsIn(found[0]) };
  }
}

const wordsIn = (text: string) => text.trim().split(' ').length;

/** "2 days" → `2d`. */
function durationIn(count: string, unit: string): string | undefined {
  if (count === 'half an') return unit.startsWith('h') ? '30m' : undefined;
  const amount = count === 'a' || count === 'an' ? 1 : numberIn(count);
  const letter = unit.startsWith('w') ? 'd' : (unit[0] ?? '');
  const all = unit.startsWith('w') ? amount * 7 : amount;
  return all >= 1 && all <= 9_999 ? `${all}${letter}` : undefined;
}
