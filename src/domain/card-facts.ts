/** The facts that stand on a card in small print: the playbook chooses which, and in which order. */

export const CARD_FACTS = [
  ...(['size', 'industry', 'place', 'revenue', 'funding', 'stack'] as const),
  ...(['seniority', 'source', 'score', 'record'] as const),
] as const;

export type CardFact = (typeof CARD_FACTS)[number];

/** Two lines, as a card has them where the playbook says nothing. */
export const USUAL_FACTS: readonly (readonly CardFact[])[] = [
  ['size', 'industry', 'place'],
  ['score', 'record'],
];

/** More would push Claim off the first screen of a phone. */
export const MOST_CARD_FACTS = 6;
