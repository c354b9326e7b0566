import { type Check, isFields, list, number, type Report, type Rule, shape, text, typed } from './check.ts';
import { id } from './objects.ts';

/** `data_visualization`. Sources differ on some limits (6 or 12 series); the smaller ones are kept. */
const label = text(20, 1);

const segment = shape({ label, value: number }, {}, (value, at, report) => {
  if (typeof value.value === 'number' && value.value <= 0) report('must be greater than 0', `${at}/value`);
});
const series = shape({ name: label, data: list(shape({ label, value: number }), 20, 1) });
const axes = shape({ categories: list(label, 20, 1) }, { x_label: text(50), y_label: text(50) });

/** Every series has one value for every category, and none for anything else. */
const everyCategory: Rule = (value, at, report) => {
  const categories = isFields(value.axis_config) ? value.axis_config.categories : undefined;
  if (!Array.isArray(categories) || !Array.isArray(value.series)) return;
  const wanted = categories.map(String).toSorted().join('\n');
  value.series.forEach((one, index) => {
    seriesCovers(one, wanted, `${at}/series/${index}/data`, report);
  });
};

function seriesCovers(one: unknown, wanted: string, at: string, report: Report): void {
  if (!isFields(one) || !Array.isArray(one.data)) return;
  const labels = one.data.map(point => (isFields(point) ? String(point.label) : ''));
  if (labels.toSorted().join('\n') !== wanted) report('must have exactly one point for every category', at);
}

const axisChart: Check = shape({ series: list(series, 6, 1), axis_config: axes }, {}, everyCategory);

export const chart = shape(
  {
    title: text(50, 1),
    chart: typed({ pie: shape({ segments: list(segment, 6, 1) }), bar: axisChart, area: axisChart, line: axisChart }),
  },
  { block_id: id },
);
