/** Words that carry nothing, and questions that Baton does not answer. */
import type { PhraseTable } from './phrase-table.ts';

/** No pronoun, no negation, no number, and no name of anything that can be asked for. */
export const FILLERS: PhraseTable = {
  filler: [
    "('s|s)",
    '(a|an|the|of|for|to|in|on|at|with|from|into|about|by|as|out|up|through)',
    '(is|are|was|were|be|been|being|am|do|does|did|done|had|would|can|could|should|may i)',
    '(get|gets|getting|gotten|go|goes|going|went|come|comes|came|coming|came in|come in|comes in|coming in)',
    '(arrive|arrived|arriving|arrives|receive|received|receiving|send|sent|sending|sends|given)',
    '(created|generated|generate|generates|produce|produced|producing|produces|bring|brings|brought|bringing|crossed|crossing)',
    '(take|takes|took|look|looking|see|stand|stands|seen)',
    '(what|how|which|that|there|here|this|it|those|these)',
    '(please|pls|hey|hi|hello|thanks|thank you|baton|ok|okay|so|well|just|only|also|again|still|yet|already|ever)',
    '(exactly|actually|really|kind of|roughly|approximately|and|but|then)',
    '(all|any|each|every|whole|entire|some)',
    '(became|become|becomes|becoming|turned into) (an mql|mqls|mql|leads|a lead)',
    '(assigned|allocated|assigned out|given out|handed|handed off|passed|sent over|sent out|distributed|routed)',
    '(sent to sales|passed to sales|handed to sales|send to sales|handed over to sales|hand to sales|pass to sales)',
    '(first|marketing|like|over|generally|in general|of them)',
    '(belonging|belong|owned|held by|tagged|labelled|marked|flagged|tagged as|located|based|coming from|attributed)',
    '(company|companies|business|businesses|organisation|organisations|organization|organizations|accounts)',
    '(came through|come through|gone through|went through|flow|flowing|show up|showed up|turn up|turned up)',
    '(rank|ranked|sort|sorted|order|ordered)',
  ],
};

export const REFUSED_PHRASES: PhraseTable = {
  'refuse:not_measured': [
    '(cac|cpl|cpa|roi|roas|mrr|arr|acv|ltv|clv|nps|csat|churn|ebitda|cpm|ctr|cpc)',
    '(cost|costs|spend|spending|budget|revenue|revenues|pipeline|pipeline value|profit|margin|bookings|quota|attribution|deal size|deal sizes|contract value|deal value|money|dollars|commission|commissions|salary)',
    '(open|click|bounce|unsubscribe|click through|reply) (rate|rates) of (mails|emails|e mails|the mail|our emails|newsletters)',
    '(email|mail|e mail|newsletter) (open|click|bounce|unsubscribe) (rate|rates)',
    '(rejection|reject|disqualification) (rate|rates|percentage)',
    '(sales cycle|cycle length|cycle time|time to close|days to close|time to win|time to opportunity|deal length|sales velocity)',
    '(website|web) (traffic|visits|visitors|sessions)',
    '(impressions|ad clicks|page views|pageviews|bounce rate|conversion value|customer satisfaction|headcount)',
    'how (many|much) (calls|emails|e mails|mails|meetings|dials) (did|do|does|has|have|were|was)',
    '(number|count) of (calls|emails|e mails|mails|meetings|dials)',
    '(calls|emails|meetings|dials) (made|sent|booked|per day|per rep|per week)',
    'show rate',
  ],
  'refuse:forecast': [
    'going to (hit|make|meet|reach|miss|beat|exceed|close|win)',
    '(will|shall)',
    '(forecast|forecasts|predict|prediction|predictions|projected|projection|projections|expected|estimate|expect)',
    '(next|coming|upcoming) (week|month|quarter|year|days|weeks|months)',
    '(tomorrow)',
    'on track (to|for)',
  ],
  'refuse:judgement': [
    '(who|whom|which rep|which reps|which sdr) (should|to|do|shall|can|could|must) (i |we |be |)(fire|fired|promote|promoted|hire|hired|let go|coach|coached|blame|praise|reward|bonus|dismiss)',
    '(fire|promote|blame|dismiss|discipline)',
    '(lazy|incompetent|stupid|useless|terrible|hopeless|hard working|hardworking|talented|dumb|idiot|slacking|slacker)',
    '(deserve|deserves|deserving) (a |)(raise|promotion|bonus)',
    '(good|bad|great|poor) (at (his|her|their|the) job|rep|salesperson|employee)',
    'who is to blame',
    'should (i|we)',
    '(underperforming|underperformer|underperformers)',
  ],
  'refuse:not_about_leads': [
    '(weather|joke|poem|lunch|dinner|coffee|recipe|football|movie|song|song lyrics|capital of|president|stock price|bitcoin|birthday|holiday|vacation)',
    '(who|what) are you',
    'what is your name',
    'how are you',
    '(meaning of life|tell me a story|write me|write a|translate)',
  ],
  'ask:measure': [
    '(any|some|really|very|) good',
    '(worth|worth it|worthwhile|useful|quality|effective|performing well|any use|valuable|successful)',
    'how good',
    '(quality of|lead quality|mql quality)',
  ],
};

/** A request that begins with one of these wants something done, not told. */
export const ACTIONS: readonly string[] = (
  'reassign assign unassign move delete remove close reopen reject claim snooze email mail call phone update change set create add ' +
  'merge mark log approve disqualify transfer hand pause stop start cancel archive erase edit rename route reroute message ping remind ' +
  'notify invite disable enable export import sync retry block unblock release escalate forward dial text schedule book'
).split(' ');
