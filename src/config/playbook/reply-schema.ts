/** The shape of the playbook's `reply`: the first answer that a lead gets by itself, signed by the rep who has it. */
import { z } from 'zod';
import { countryCode, regionCode } from '../../domain/regions.ts';
import { DAY, SECOND } from '../../lib/clock.ts';
import { duration, oneOrMany, text } from './values.ts';

const DOMAIN = 'must be a domain, for example rival.example';
const PLACE = 'must be a region (EU, UKI, NORDICS …) or a country by its two-letter code or English name';
const MOST_BODY = 20_000;

/** Lower case once parsed; an address or a web address is not one. */
const domain = z
  .string(DOMAIN)
  .trim()
  .max(253)
  .regex(/^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/i, DOMAIN)
  .transform(written => written.toLowerCase());

/** A region's name or a country's code once parsed; no name is both (NA is the region: Namibia goes by its name). */
const place = z
  .string(PLACE)
  .max(80)
  .refine(written => placeOf(written) !== undefined, { error: PLACE })
  .transform(written => placeOf(written) ?? written);

const placeOf = (written: string) => regionCode(written) ?? countryCode(written);

/** All that are named must be so. */
const when = z.strictObject({
  priority: oneOrMany(z.enum(['HIGH', 'MEDIUM', 'LOW'])).optional(),
  /** By their keys. */
  team: oneOrMany(text).optional(),
  /** As the lead answered it, by code: `de` is `de-AT` too. */
  language: oneOrMany(text).optional(),
});

export const reply = z.strictObject({
  enabled: z.boolean().default(false),
  /** `forms`: whoever asked in one; who merely scored has not asked. */
  to: z.enum(['forms', 'all']).default('forms'),
  /** What has not left by then does not leave by itself any more. */
  within: duration.default(60 * SECOND),
  from: text.default('{{rep.name}}'),
  subject: text.default('{{lead.company}} and us'),
  /** Empty: the introduction that Baton brings. */
  body: z.string().max(MOST_BODY).default(''),
  templates: z
    .array(z.strictObject({ when: when.prefault({}), subject: text, body: text.max(MOST_BODY) }))
    .max(100)
    .default([]),
  test_leads: z.boolean().default(false),
  postal_address: z.string().trim().max(300).default(''),
  not_again_within: duration.default(30 * DAY),
  withhold: z
    .strictObject({
      customers: z.boolean().default(true),
      open_deals: z.boolean().default(true),
      consent_required_in: z.array(place).default(['EU', 'UKI', 'CA']),
      competitors: z.array(domain).default([]),
    })
    .prefault({}),
});
