/** Which charts the shared page draws, each from the numbers that its part shows. */
import { valueWords } from '../../domain/answer-words.ts';
import type { ByName, Measured } from '../../questions/question-object.ts';
import { groupNames } from '../../reports/answer-names.ts';
import type { Drawing } from '../pieces/chart.ts';
import type { Visiting } from '../visiting.ts';
import { overviewNumbers } from './overview.ts';
import { speedNumbers } from './speed.ts';

type Panel = (visiting: Visiting, question: Measured) => Promise<Drawing>;

const seconds = (value: number) => valueWords(value, 'seconds');

function weekNames({ by }: Visiting, rows: readonly { key: readonly (string | null)[] }[]): string[] {
  const names = groupNames(['week'] satisfies ByName[], by.playbook, by.zone);
  return rows.map(({ key }) => (names.of(key)[0] ?? '').replace(/^week of /, ''));
}

const speedPanel =
  (name: 'system_time.median' | 'rep_time.median', colour: 's1' | 's2', label: string): Panel =>
  async (visiting, question) => {
    const { weeks } = await visiting.kept('speed-numbers', question, () => speedNumbers(visiting, question));
    const values = weeks.map(({ numbers }) => numbers[name]);
    return { categories: weekNames(visiting, weeks), series: [{ name: label, colour, values }], words: seconds };
  };

export const PANELS: Record<string, Panel> = {
  async weeks(visiting, question) {
    const { weeks } = await visiting.kept('overview', question, () => overviewNumbers(visiting, question));
    const values = (name: 'reached' | 'closed_unreached' | 'waiting') => weeks.map(({ numbers }) => numbers[name] ?? 0);
    return {
      categories: weekNames(visiting, weeks),
      series: [
        { name: 'Contacted', colour: 's1', values: values('reached') },
        { name: 'Closed without contact', colour: 's0', values: values('closed_unreached') },
        { name: 'Waiting', colour: 's3', values: values('waiting') },
      ],
      words: String,
    };
  },
  'speed-baton': speedPanel('system_time.median', 's1', 'Baton'),
  'speed-people': speedPanel('rep_time.median', 's2', 'People'),
};
