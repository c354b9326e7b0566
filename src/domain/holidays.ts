/** Public holidays by region and calendar day. The calendars are slow to build, so each region and year is built once. */
import Holidays from 'date-holidays';

/** ISO day (`2026-12-25`) → name of the holiday. */
type Days = ReadonlyMap<string, string>;

const HALF_DAY = 12 * 3_600_000;
const known = new Map<string, Days>();

/**
 * The public holiday a region (`US`, `US-CA`, `DE-BY`) has on a calendar day, by name; undefined on any other day.
 *
 * Only holidays of type `public` count: that is what the law closes offices for (the British "bank holidays" are of it).
 * Type `bank` is mostly closed counters and half days (24 December in Germany), on which sales teams work; `optional`,
 * `school` and `observance` close no office. A region nobody knows has no holidays: the playbook refuses such a region.
 */
export function holidayOn(region: string, day: Temporal.PlainDate): string | undefined {
  const key = `${region}:${day.year}`;
  let days = known.get(key);
  if (!days) {
    days = daysOf(region, day.year);
    known.set(key, days);
  }
  return days.get(day.toString());
}

function daysOf(region: string, year: number): Days {
  const [country = '', state = '', county = ''] = region.split('-');
  const calendar = new Holidays(country, state, county);
  const days = new Map<string, string>();
  // A New Year's Day on a Saturday is kept in the year before; an Eid may run over New Year.
  for (const holiday of [year - 1, year, year + 1].flatMap(one => calendar.getHolidays(one, 'en'))) {
    if (holiday.type !== 'public') continue;
    for (const day of daysCovered(holiday)) if (!days.has(day)) days.set(day, holiday.name);
  }
  return days;
}

/** The days whose noon a holiday covers, by its own wall clock: one that begins at sunset belongs to the next day. */
function daysCovered({ date, start, end }: { date: string; start: Date; end: Date }): string[] {
  const wall = Temporal.PlainDateTime.from(date.slice(0, 19).replace(' ', 'T'));
  const length = end.getTime() - start.getTime();
  const days: string[] = [];
  for (let into = HALF_DAY - sinceMidnight(wall); into < length; into += 2 * HALF_DAY) {
    if (into >= 0) days.push(wall.add({ milliseconds: into }).toPlainDate().toString());
  }
  return days;
}

function sinceMidnight(wall: Temporal.PlainDateTime): number {
  return (wall.hour * 60 + wall.minute) * 60_000;
}
