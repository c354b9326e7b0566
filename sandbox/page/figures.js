/** Tables and charts of Block Kit, drawn so that what they say can be read: Slack's own look differs from client to client. */
import { h } from './dom.js';

/** `data_table`: the first row is its head; numbers stand right. */
export function dataTable({ caption, rows = [], page_size: size = 10 }) {
  const [head = [], ...body] = rows;
  const more = body.length - size;
  const isNumber = cell => cell.type === 'raw_number';
  const cells = (row, tag) => row.map(cell => h(tag, { class: isNumber(cell) ? 'number' : '' }, cell.text ?? ''));
  return h(
    'div',
    { class: 'block figure' },
    h(
      'table',
      {},
      h('caption', {}, caption),
      h('thead', {}, h('tr', {}, cells(head, 'th'))),
      h(
        'tbody',
        {},
        body.slice(0, size).map(row => h('tr', {}, cells(row, 'td'))),
      ),
    ),
    more > 0 && h('p', { class: 'hint' }, `and ${more} more on the next pages`),
  );
}

const SVG = 'http://www.w3.org/2000/svg';
const [WIDTH, HEIGHT, LEFT, FOOT, TOP] = [420, 170, 34, 22, 8];
const COLOURS = ['#86837d', '#1f6f5c', '#b87410', '#a66fc0', '#2b7de9', '#a8321e'];

function drawn(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** `data_visualization` with axes: bars side by side over each category, or a line for each series. */
export function chart({ title, chart: { type, series = [], axis_config: axes = {} } }) {
  const categories = axes.categories ?? [];
  const values = series.flatMap(one => one.data.map(({ value }) => value));
  const most = Math.max(1, ...values);
  const step = (WIDTH - LEFT) / Math.max(1, categories.length);
  const y = value => TOP + (HEIGHT - FOOT - TOP) * (1 - value / most);
  const middle = index => LEFT + step * (index + 0.5);
  const marks = series.flatMap((one, place) => {
    const at = categories.map(label => one.data.find(point => point.label === label)?.value ?? 0);
    const colour = COLOURS[place % COLOURS.length];
    if (type === 'line') {
      const points = at.map((value, index) => `${middle(index)},${y(value)}`).join(' ');
      return [drawn('polyline', { points, fill: 'none', stroke: colour, 'stroke-width': 2.5 })];
    }
    const width = Math.min(28, (step * 0.7) / series.length);
    return at.map((value, index) =>
      drawn('rect', {
        x: middle(index) - (width * series.length) / 2 + place * width,
        y: y(value),
        width: width - 2,
        height: HEIGHT - FOOT - y(value),
        fill: colour,
      }),
    );
  });
  const labels = categories.map((label, index) =>
    drawn('text', { x: middle(index), y: HEIGHT - 6, 'text-anchor': 'middle', 'font-size': 11 }, label),
  );
  const scale = [0, most].map(value =>
    drawn('text', { x: LEFT - 6, y: y(value) + 4, 'text-anchor': 'end', 'font-size': 11 }, String(value)),
  );
  const line = drawn('path', { d: `M${LEFT} ${y(0)}H${WIDTH}`, stroke: 'currentColor', 'stroke-width': 0.5 });
  return h(
    'figure',
    { class: 'block figure' },
    h('figcaption', {}, title),
    h(
      'p',
      { class: 'hint' },
      series.map((one, index) => h('span', { class: `key key-${index % COLOURS.length}` }, one.name)),
    ),
    drawn(
      'svg',
      { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': title },
      line,
      ...scale,
      ...labels,
      ...marks,
    ),
  );
}
