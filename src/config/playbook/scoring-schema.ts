/** The shape of the playbook's `scoring`: Baton's own score. */
import { z } from 'zod';
import type { Conditions } from './conditions.ts';
import { points } from './values.ts';

/** The behaviours of the example; `website_visits_N_in_Md` takes any numbers. */
const BEHAVIOURS = [
  'email_opened',
  'email_clicked',
  'pricing_page_visited',
  'webinar_attended',
  'demo_requested',
  'guide_downloaded',
] as const;

export const VISITS_PATTERN = /^website_visits_([1-9]\d{0,2})_in_([1-9]\d{0,2})d$/;

const behaviour = z
  .strictObject(
    Object.fromEntries(BEHAVIOURS.map(name => [name, points.optional()])) as Record<
      (typeof BEHAVIOURS)[number],
      z.ZodOptional<typeof points>
    >,
  )
  .catchall(points)
  .superRefine((given, context) => {
    for (const name of Object.keys(given)) {
      if ((BEHAVIOURS as readonly string[]).includes(name) || VISITS_PATTERN.test(name)) continue;
      context.addIssue({ code: 'unrecognized_keys', keys: [name], input: given });
    }
  })
  .prefault({});

export function scoringOf({ profile }: Conditions) {
  const rule = z.strictObject({ when: profile, points });
  return z.strictObject({ behaviour, profile: z.array(rule).default([]), negative: z.array(rule).default([]) });
}
