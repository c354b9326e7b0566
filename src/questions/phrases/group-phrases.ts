/** What numbers are split by, how they are shown, and how often. `DIM` phrases are made for each thing to group by. */
import type { ByName } from '../question-object.ts';
import type { PhraseTable } from './phrase-table.ts';

/** Names of what can be grouped by: one and many of them. */
const NOUNS: Readonly<Record<ByName, readonly string[]>> = {
  rep: [
    'rep',
    'reps',
    'person',
    'salesperson',
    'salespeople',
    'sales rep',
    'sales reps',
    'sdr',
    'sdrs',
    'bdr',
    'bdrs',
    'seller',
    'sellers',
    'owner',
    'owners',
    'agent',
    'member',
    'people',
    'account executive',
    'ae',
    'aes',
    'individual',
    'team member',
    'team members',
    'colleague',
  ],
  team: ['team', 'teams', 'squad', 'group', 'sales team', 'sales teams', 'pod'],
  lead_source: [
    'source',
    'sources',
    'lead source',
    'lead sources',
    'channel',
    'channels',
    'lead channel',
    'origin',
    'origins',
    'marketing channel',
    'marketing channels',
  ],
  campaign: ['campaign', 'campaigns', 'marketing campaign', 'marketing campaigns', 'program', 'programme', 'programs'],
  source: [
    'system',
    'source system',
    'marketing system',
    'marketing platform',
    'platform',
    'platforms',
    'map',
    'connected source',
    'vendor',
  ],
  priority: ['priority', 'priorities', 'tier', 'tiers', 'priority level'],
  outcome: ['outcome', 'outcomes', 'status', 'statuses', 'state', 'states', 'stage', 'stages', 'result', 'results'],
  reason: ['reason', 'reasons', 'reject reason', 'reject reasons', 'rejection reason', 'rejection reasons'],
  country: ['country', 'countries', 'nation'],
  region: ['region', 'regions', 'territory', 'territories', 'geo', 'geography', 'geographies'],
  industry: ['industry', 'industries', 'sector', 'sectors', 'vertical', 'verticals'],
  rule: ['rule', 'rules', 'routing rule', 'routing rules', 'route'],
  hour: ['hour', 'hours', 'hour of day', 'hour of the day', 'time of day', 'time of the day', 'hours of the day'],
  weekday: ['weekday', 'weekdays', 'day of week', 'day of the week', 'days of the week', 'days of week'],
  day: ['day', 'days', 'date', 'calendar day'],
  week: ['week', 'weeks', 'calendar week'],
  month: ['month', 'months', 'calendar month'],
};

/** In front of a noun these make it a grouping. Days, weeks and months are too common for the rest of them. */
const BEFORE = [
  'by',
  'per',
  'for each',
  'for every',
  'each',
  'across',
  'across the',
  'split by',
  'broken down by',
  'grouped by',
  'group by',
  'breakdown by',
  'by each',
  'split up by',
  'sorted by',
  'for all',
  'by the',
  'across all',
  'across our',
  'for different',
  'divided by',
  'according to',
  'over the',
  'depending on',
];
const ASKED = ['which', 'what', 'which of the', 'which of our', 'what are the', 'what are our', 'which other'];
const OF_TIME: readonly ByName[] = ['day', 'week', 'month'];

function groupings(): PhraseTable {
  return Object.fromEntries(
    (Object.keys(NOUNS) as ByName[]).map(by => {
      const nouns = NOUNS[by].join('|');
      const before = OF_TIME.includes(by)
        ? [
            'by',
            'per',
            'for each',
            'each',
            'every',
            'split by',
            'broken down by',
            'a',
            'grouped by',
            'by each',
            'group by',
          ]
        : BEFORE;
      return [
        `by:${by}`,
        [
          `(${before.join('|')}) (${nouns})`,
          ...(OF_TIME.includes(by)
            ? []
            : [
                `(${ASKED.join('|')}) (${nouns})`,
                `(${nouns}) (breakdown|split|distribution|comparison|ranking|wise|leaderboard|table)`,
                `(breakdown|distribution|split|comparison|ranking) (of|by|across) (the |our |)(${nouns})`,
              ]),
        ],
      ];
    }),
  );
}

/** The nouns alone: read only beside a value ("the Autumn webinar campaign") or a rank ("top 5 industries"). */
export const SLOT_NOUNS: PhraseTable = Object.fromEntries(
  (Object.keys(NOUNS) as ByName[]).filter(by => !OF_TIME.includes(by)).map(by => [`dim:${by}`, NOUNS[by]]),
);

/** `by:` for each thing to group by. */
export const GROUPING_PHRASES: PhraseTable = groupings();

export const GROUP_PHRASES: PhraseTable = {
  'by:hour noun': [
    'what (time|times|hour|hours) (of the day |of day |)(do|does|did) (leads|mqls|most leads|most mqls) (come|arrive|land|cross)( in|)',
  ],
  'by:hour': ['what (time|times|hour|hours) of (the |)day', 'when (in|during|of) the day', 'when during the day'],
  'by:lead_source noun': [
    'where (do|did|are|have) (our |the |most |my |all |)(leads|mqls) (come from|coming from|came from|originate)',
  ],
  'by:weekday': ['(what|which|on which|on what) (day|days) of (the |)week', 'which weekdays', 'on which weekday'],
  'status:rejected by:reason': [
    '(reject|rejection|rejected|disqualification) (reason|reasons)',
    '(reason|reasons) (for|of|behind) (the |)(rejection|rejections|rejecting|rejects|being rejected|disqualification|rejecting leads)',
    '(reason|reasons) (why |that |)(reps |sales |)(reject|rejects|rejected)',
    'why (do|did|does|are|were|have|has) (reps|rep|sales|salespeople|sdrs|we|people|they|) (reject|rejected|rejecting|turn down|decline|disqualify)',
    'why (are|were|do|did|get|have|has) (leads|mqls|our leads|our mqls|the leads|they) (get |getting |being |been |)(rejected|turned down|disqualified|declined)',
    'what (are|were) (leads|mqls) (being |)(rejected|disqualified|turned down) for',
  ],
  'by:outcome': [
    'what (happened|happens|became|becomes|has happened|is happening) (to|of|with) (the |all |all the |all of the |)(leads|mqls|handoffs|ones)',
    'what (happened|became) (to|of) (my|our) (leads|mqls)',
    'where (did|do|have) (the |our |all |all the |)(leads|mqls) (end up|go|gone|stand)',
    'how (did|do|have) (the |our |all |)(leads|mqls) (end up|turn out|work out|turned out)',
    '(outcome|outcomes|fate) (of|for) (the |our |)(leads|mqls)',
    '(outcome|outcomes|fate)',
    '(turn out|turned out|end up|ended up|fare|fared)',
    'what (happened|happens|has happened|is happening)',
    '(happened|happens) (to|with)',
    'what (came|became|comes|becomes|has become|will become) of',
    '(do|does|did|done|doing) with',
  ],
  'by:rep who': [
    '(who|whose)',
    'which (rep|reps|salesperson|sdr|sdrs|of the reps|person|seller|salespeople)',
    'rep by rep',
    '(leaderboard|league table)',
  ],
  'by:team': ['team by team'],
  'by:week': ['week by week', 'weekly'],
  'by:month': ['month by month', 'monthly'],
  'by:day': ['day by day', 'daily'],
  'show:series': [
    '(the |)(trend|trends|trending|evolution|history|development|curve|graph|chart|line chart|timeline) (of|in|for|)',
    'over time',
  ],
  'show:series by:week': [
    '(weekly|week by week|week over week) (trend|trends|chart|graph|numbers|figures|count|counts|evolution|) (of|in|for|)',
  ],
  'show:series by:month': [
    '(monthly|month by month|month over month) (trend|trends|chart|graph|numbers|figures|count|counts|evolution|) (of|in|for|)',
  ],
  'show:series by:day': [
    '(daily|day by day|day over day) (trend|trends|chart|graph|numbers|figures|count|counts|evolution|) (of|in|for|)',
  ],
  'show:number': [
    '(how many|number of|the number of|count|count of|total|total number of|the total|amount of|volume of|lead volume|how much|quantity of|volume|tally of|how often)',
  ],
  'show:list': [
    '(list|show|show me|give me|tell me|find|find me|display|pull|pull up|get me|let me see|can i see|can i have|can you show me|could you show me|can you list|i want to see|i need|i need to see|i would like to see|open up|bring up|fetch|see|can you tell me|do you know|please list) (a list of|the list of|all|all the|all of the|every|me|a|the|)',
    '(list of|a list of|the list of)',
    '(send|show|give|tell|mail|ping|get|bring|remind|help|let|text|slack) me( know| see| about|)',
    '(which|what) (leads|mqls|handoffs|lead|ones|contacts|prospects)',
    'which (of|one|ones) (of |)(the |)(leads|mqls|)',
    '(any|anything|something|everything)',
    'is there (any|anything|a|something)',
    'are there (any|still|still any)',
  ],
  'show:table': ['(a |the |)(table|comparison|breakdown|break down|overview|summary|rundown) (of|)'],
  noun: [
    '(lead|leads|mql|mqls|handoff|handoffs|hand offs|hand off|prospect|prospects|contacts|inquiries|enquiries|ones|qualified leads|marketing qualified leads|marketing leads|marketing qualified lead)',
    '(leads|mqls|handoffs|prospects|those|ones|people|contacts) who',
    '(new|incoming|inbound|fresh) (lead|leads|mql|mqls|handoffs|prospects)',
  ],
  me: ['(i|me|my|mine|myself)'],
  everybody: [
    '(we|our|us|ours|everyone|everybody|the company|company wide|companywide|overall|in total|altogether|everyones|all reps|the whole team|all teams|sales)',
  ],
  myteam: ['(my|our) (team|teams|people|reps|sdrs|guys|folks)'],
  agent: [
    'by (a |an |any |the |our |some |)(rep|salesperson|sdr|sales rep|human|person|seller|someone|anyone|anybody|somebody|sales|sales team|salespeople|reps of ours)',
    '(a |an |any |)(rep|salesperson|sdr|sales rep|human|seller) (has|have|had|gets|get|did|does|)',
    '(someone|somebody|anyone|anybody|any one|people)',
  ],
  actor: [
    '(reps|salespeople|sdrs|sales reps|sellers|the reps|our reps|the sales team|sales team|sales teams|bdrs)',
    '(do|does|did|are|were|have) (reps|sdrs|salespeople|sales|our reps|the reps)',
  ],
  now: ['(right now|now|currently|at the moment|at present|as of now|at this moment|these days|presently|as we speak)'],
  have: ['(have|has|having|hold|holds|holding|own|owns|owning|carry|carries|sitting on|working on)', 'got'],
  neg: ['(not|never|no|nobody|no one|noone|none|neither|without|nor|hardly|barely)', 'none of'],
  or: ['or'],
  why: ['(why|how come|for what reason|for which reason)'],
  miss: [
    '(miss|misses|missed|missing|break|breaks|broke|breaking|blow|blows|blew|breached|breaching|violate|violates|fail|fails|failed)',
  ],
  about: [
    '(doing|performing|perform|performed|performs|performance|stats|statistics|numbers|figures|data|report|kpi|kpis|metric|metrics|level|levels|result|results)',
  ],
  contrast: ['(compare|between|among|amongst)'],
};
