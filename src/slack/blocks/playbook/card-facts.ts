/** The small print of a card: which facts, in which order, seen on a real lead while they are chosen. Pure. */
import type { KnownBlock } from '@slack/types';
import type { Card } from '../../../contracts/notifier.ts';
import { CARD_FACTS, type CardFact, USUAL_FACTS } from '../../../domain/card-facts.ts';
import type { Filled, Origin } from '../../forms.ts';
import { context, DIVIDER, option } from '../block-parts.ts';
import { cardMessage } from '../card.ts';
import { form, input } from '../modals/modal-parts.ts';
import { type Form, misread, read, type Subject } from './form.ts';

/** A choice in the form: the preview below is drawn anew. */
export const CARD_FACT = 'card_fact';

const NONE = 'none';
const A_LINE = 3;
const PLACES = ['First', 'Second', 'Third'] as const;

export const FACT_WORDS: Record<CardFact, string> = {
  size: 'Company size',
  industry: 'Industry',
  place: 'Place',
  revenue: 'Revenue',
  funding: 'Funding',
  stack: 'Tech stack',
  seniority: 'Seniority',
  source: 'Lead source',
  score: 'Score and fit',
  record: 'Link to the record',
};

const nameOf = (line: number, place: number) => `fact_${line}_${place}`;

export const cardForm: Form = {
  id: 'edit_card',
  title: 'Facts on cards',
  showsCard: true,
  draw: (subject, origin) => drawn(subject, origin, subject.text.written.card?.lines ?? USUAL_FACTS),
  read: filled => {
    const lines = chosenLines(filled);
    const twice = secondOf(lines);
    if (twice) return misread({ [twice]: 'This fact is chosen twice.' });
    const kept = lines.map(line => line.flatMap(fact => fact ?? [])).filter(line => line.length > 0);
    if (kept.length === 0) return misread({ [nameOf(0, 0)]: 'Choose one fact at least.' });
    return read({ kind: 'card', lines: kept });
  },
};

/** The form with what is chosen by now, and a card that shows it. */
export function cardFormWith(subject: Subject, origin: Origin, filled: Filled) {
  return drawn(
    subject,
    origin,
    chosenLines(filled).map(line => line.flatMap(fact => fact ?? [])),
  );
}

function drawn({ card }: Subject, origin: Origin, lines: readonly (readonly CardFact[])[]) {
  const fields = [0, 1].flatMap(line =>
    PLACES.map((place, index) =>
      factField(line, index, `Line ${line + 1}: ${place.toLowerCase()} fact`, lines[line]?.[index]),
    ),
  );
  return form(cardForm.id, cardForm.title, 'Save', origin, [
    context('Small print of each card, under phone and e-mail. What nobody knows of a lead is left out.'),
    ...fields,
    ...(card ? [DIVIDER, context('So it looks:'), ...previewOf(card, lines)] : []),
  ]);
}

function factField(line: number, place: number, words: string, chosen: CardFact | undefined): KnownBlock {
  const options = [option(NONE, 'Nothing'), ...CARD_FACTS.map(fact => option(fact, FACT_WORDS[fact]))];
  const initial = options.find(({ value }) => value === (chosen ?? NONE));
  return input(
    nameOf(line, place),
    words,
    { type: 'static_select', action_id: CARD_FACT, options, ...(initial && { initial_option: initial }) },
    { optional: true, dispatch: true },
  );
}

/** Nothing of it can be pressed. */
function previewOf(card: Card, lines: readonly (readonly CardFact[])[]): KnownBlock[] {
  return cardMessage({ ...card, facts: lines.filter(line => line.length > 0) }).blocks.filter(
    ({ type }) => type !== 'actions',
  );
}

function chosenLines(filled: Filled): (CardFact | undefined)[][] {
  const factIn = (value: string | undefined) => CARD_FACTS.find(fact => fact === value);
  return [0, 1].map(line => PLACES.slice(0, A_LINE).map((_, place) => factIn(filled.choice(nameOf(line, place)))));
}

/** The field of a fact that stands before it already. */
function secondOf(lines: readonly (readonly (CardFact | undefined)[])[]): string | undefined {
  const seen = new Set<CardFact>();
  for (const [line, facts] of lines.entries()) {
    for (const [place, fact] of facts.entries()) {
      if (fact && seen.has(fact)) return nameOf(line, place);
      if (fact) seen.add(fact);
    }
  }
  return undefined;
}
