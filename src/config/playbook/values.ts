/** The small values a playbook is written in. Each says what it wants in words an admin reads. */
import Holidays from 'date-holidays';
import { z } from 'zod';
import { countryCode, regionCode } from '../../domain/regions.ts';
import { DURATION_PATTERN, parseDuration } from '../duration.ts';

export const text = z.string().trim().min(1, 'must not be empty').max(2_000);
export const points = z.number().int('must be a whole number').min(-1_000).max(1_000);
export const count = z.number().int('must be a whole number').min(1).max(10_000);

const E_MAIL = 'must be an e-mail address';
const TIME = 'must be a time of day as HH:MM in quotes, for example "09:00"';
const CHANNEL = 'must be a Slack channel: its name as "#name" in quotes, or its id';
const DURATION = 'must be a duration: a number and s, m, h or d, for example 90s, 45m, 24h, 5d';

/** Milliseconds once parsed. */
export const duration = z
  .string(DURATION)
  .regex(DURATION_PATTERN, DURATION)
  .transform(written => parseDuration(written) ?? 0);

/** A duration that is not shorter than this. */
export const lasting = (least: string) =>
  duration.refine(given => given >= (parseDuration(least) ?? 0), { error: `must be ${least} or more` });

/** Lower case once parsed: people are compared by it. */
export const email = z
  .string(E_MAIL)
  .trim()
  .max(254)
  .regex(/^[^\s@<>"]+@[^\s@<>"]+\.[^\s@<>".]+$/, E_MAIL)
  .transform(written => written.toLowerCase());

export const timeOfDay = z.string(TIME).regex(/^([01]\d|2[0-3]):[0-5]\d$/, TIME);

export const timeZone = z
  .string()
  .refine(isTimeZone, { error: 'must be an IANA time zone, for example America/New_York or Europe/London' });

export const webAddress = z
  .string()
  .max(2_000)
  .refine(written => URL.canParse(written) && /^https?:$/.test(new URL(written).protocol), {
    error: 'must be a web address that starts with https://',
  });

export const channel = z.string(CHANNEL).regex(/^(#[^\s#@<>,]{1,80}|[CG][A-Z0-9]{6,})$/, CHANNEL);

export const weekday = z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']);

/** A country by ISO code or common name; the ISO code once parsed. */
export const country = z
  .string()
  .refine(written => countryCode(written) !== undefined, {
    error: 'must be a country: its two-letter ISO code, for example US, GB, DE, or its English name',
  })
  .transform(written => countryCode(written) ?? written);

export const region = z
  .string()
  .refine(written => regionCode(written) !== undefined, {
    error:
      'must be a region Baton knows: EMEA, APAC, AMER, NA, LATAM, EUROPE, EU, DACH, BENELUX, NORDICS, UKI, MENA, AFRICA, ANZ',
  })
  .transform(written => regionCode(written) ?? written);

const holidayCalendar = z.string().max(20).refine(isHolidayCalendar, {
  error: 'must be a holiday calendar: a country, or its state, for example US, GB, US-CA',
});

/** Working hours of a person or of a team's members, each in their own time zone. */
export const hours = z
  .strictObject({
    days: z.array(weekday).min(1).default(['mon', 'tue', 'wed', 'thu', 'fri']),
    from: timeOfDay,
    to: timeOfDay,
    holidays: holidayCalendar.optional(),
  })
  .refine(span => span.from < span.to, {
    path: ['to'],
    error: 'must be later than `from` on the same day; hours that run past midnight are not supported',
  });

/** One value or a list of them; always a list once parsed. */
export function oneOrMany<T extends z.ZodType>(value: T) {
  return z.union([value, z.array(value).min(1, 'must name at least one')]).transform(given => {
    return (Array.isArray(given) ? given : [given]) as z.output<T>[];
  });
}

export function isTimeZone(name: string): boolean {
  try {
    // A bare offset such as "+02:00" would pass as a zone but knows no daylight saving.
    return /^[A-Za-z]/.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }) !== null;
  } catch {
    return false;
  }
}

function isHolidayCalendar(code: string): boolean {
  const [country = '', state, region, ...rest] = code.split('-');
  const calendars = new Holidays();
  if (rest.length > 0 || !Object.hasOwn(calendars.getCountries() ?? {}, country)) return false;
  if (state === undefined) return true;
  if (!Object.hasOwn(calendars.getStates(country) ?? {}, state)) return false;
  return region === undefined || Object.hasOwn(calendars.getRegions(country, state) ?? {}, region);
}
