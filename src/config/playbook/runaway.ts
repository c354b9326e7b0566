/** Texts that loop without end: refused where a playbook is written; one that was saved before fails when it is filled in. */
import { runsAway } from '../../lib/liquid.ts';
import type { FoundProblem } from './problems.ts';
import type { Draft } from './references.ts';

/** What of the texts that are filled in for each lead would do too much for any of them. */
export function runawayProblems(draft: Pick<Draft, 'sections' | 'templates'>): FoundProblem[] {
  return filledTexts(draft).flatMap(([path, text]) =>
    text?.includes('{%') && runsAway(text)
      ? [{ path, message: 'loops too often: no text for a lead takes that many turns' }]
      : [],
  );
}

type Filled = readonly [path: string, text: string | undefined];

function filledTexts({ sections: { crm, reply }, templates }: Pick<Draft, 'sections' | 'templates'>): Filled[] {
  const mails = [
    ['reply', reply] as const,
    ...(reply?.templates ?? []).map((one, at) => [`reply.templates[${at}]`, one] as const),
    ...templates.map(([id, one]) => [`templates.${id}`, one] as const),
  ];
  const values = (['custom', 'defaults'] as const).flatMap(kind =>
    Object.entries(crm?.[kind] ?? {}).flatMap(([object, fields]) =>
      Object.entries(fields ?? {}).map(([field, text]): Filled => [`crm.${kind}.${object}.${field}`, text]),
    ),
  );
  return [
    ...mails.flatMap(([path, one]): Filled[] => [
      [`${path}.subject`, one?.subject],
      [`${path}.body`, one?.body],
    ]),
    ['reply.from', reply?.from],
    ['crm.opportunity.name', crm?.opportunity?.name],
    ['crm.campaign.name', crm?.campaign?.name],
    ...values,
  ];
}
