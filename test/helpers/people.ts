/** Who and where: the people of the example playbook, its channels, and the first lead of the sandbox's cast. */

/** Reps of the mid-market team, by weights 2 and 1. */
export const MARCUS = 'marcus@example.com';
export const PRIYA = 'priya@example.com';
/** A rep of Europe's team. */
export const TOM = 'tom@example.com';
/** A rep of nobody's team that the stories' leads go to. */
export const CHAN = 'chan@example.com';
/** Marketing: sees everything, changes nothing. */
export const SARAH = 'sarah@example.com';
/** Manages the mid-market team, and is the only admin. */
export const DANA = 'dana@example.com';

/** The lead most stories are about: HIGH, and so Marcus's. */
export const EMMA = 'emma.thompson@acmecorp.com';

/** The channel of the mid-market team. */
export const TEAM_CHANNEL = { channel: '#mql-mid-market' };
/** The channel of everybody. */
export const ALL_CHANNEL = { channel: '#mql-handoffs' };
