/** The shapes of the playbook's `sources`, what differs from source to source, and of `feedback`, what they hear in return. */
import { z } from 'zod';
import { text } from './values.ts';
import type { PlaybookVendors } from './vendors.ts';

const stages = z.record(text, text);
const won = z.strictObject({ lifecycle: text.nullish(), suppression_list: text.nullish() });
const lost = z.strictObject({ lifecycle: text.nullish(), reason_property: text.nullish() });

/** What a source hears of a lead that came from it. */
export const feedback = z.strictObject({
  log_calls: z.boolean().default(false),
  stages: stages.default({}),
  stages_go_back: z.boolean().default(false),
  won: won.default({}),
  lost: lost.default({}),
  mirror_owner: z.boolean().default(false),
});

/** The same for one source, in the place of what holds for all: names of stages, lists and properties are its own. */
const feedbackOfOne = z.strictObject({
  log_calls: z.boolean().optional(),
  stages: stages.optional(),
  stages_go_back: z.boolean().optional(),
  won: won.optional(),
  lost: lost.optional(),
  mirror_owner: z.boolean().optional(),
});

const property = z.string().trim().min(1).max(200);

/** Each source with what it has by default. */
export function sourcesOf({ sources }: PlaybookVendors) {
  const sections = Object.entries(sources).map(([name, { stageProperty }]) => [
    name,
    z
      .strictObject({
        /** In the place of mql.threshold: scores of two sources are seldom on one scale. */
        threshold: z.number().min(-1_000).max(1_000_000).optional(),
        stage_property: stageProperty === undefined ? property.optional() : property.default(stageProperty),
        /** A property that takes the address of whoever has the lead, where the source's own owner cannot be written. */
        owner_property: property.optional(),
        /** Baton's part of the API calls that the account has left for the day; crm.api_share when left out. */
        api_share: z.number().min(0.01, 'must be 0.01 at least').max(1, 'must be 1 at most').optional(),
        feedback: feedbackOfOne.optional(),
      })
      .prefault({}),
  ]);
  return z.strictObject(Object.fromEntries(sections) as Record<string, SourceSection>).prefault({});
}

type SourceSection = z.ZodPrefault<
  z.ZodObject<
    {
      threshold: z.ZodOptional<z.ZodNumber>;
      stage_property: z.ZodOptional<z.ZodString>;
      owner_property: z.ZodOptional<z.ZodString>;
      api_share: z.ZodOptional<z.ZodNumber>;
      feedback: z.ZodOptional<typeof feedbackOfOne>;
    },
    z.core.$strict
  >
>;
