import { chart } from './charts.ts';
import {
  atLeastOne,
  type Check,
  exactlyOne,
  flag,
  isFields,
  list,
  oneOf,
  type Rule,
  shape,
  text,
  typed,
  whole,
} from './check.ts';
import {
  accessories,
  actionElements,
  button,
  contextActions,
  inputElements,
  rawNumber,
  rawText,
  urlSource,
} from './elements.ts';
import { anyText, id, image, imageElement, imageSource, plain, slackIcon, url } from './objects.ts';
import { richText, richTextShape } from './rich-text.ts';

/** Every kind of block: which fields it may have and how long they may be. */
const own: Record<string, Check> = { block_id: id };
const cell = typed({ raw_text: rawText, raw_number: rawNumber, rich_text: richTextShape });
const cards = anyText(150);

const card = shape(
  {},
  {
    ...own,
    title: cards,
    subtitle: cards,
    body: anyText(200),
    subtext: anyText(200),
    icon: image,
    slack_icon: slackIcon,
    hero_image: image,
    actions: list(typed({ button }), 3),
  },
  (value, at, report) => {
    if (value.icon !== undefined && value.slack_icon !== undefined)
      report('must not define both icon and slack_icon', at);
  },
  atLeastOne('title', 'subtitle', 'body', 'hero_image'),
);

const taskCard = shape(
  { task_id: id, title: text(3000, 1), status: oneOf('pending', 'in_progress', 'complete', 'error') },
  { ...own, details: richText, output: richText, sources: list(typed({ url: urlSource }), 100) },
);

/** The width of a table is the width of its widest row; headers of a data table are bare text. */
const bareHeader: Rule = (value, at, report) => {
  const header = Array.isArray(value.rows) ? value.rows[0] : undefined;
  if (Array.isArray(header) && header.some(one => isFields(one) && one.type === 'rich_text')) {
    report('header cells must not be rich_text', `${at}/rows/0`);
  }
};

const totalText =
  (max: number): Rule =>
  (value, at, report) => {
    const rows = Array.isArray(value.rows) ? value.rows.flat() : [];
    const length = rows.reduce((sum: number, one) => sum + (isFields(one) ? String(one.text ?? '').length : 0), 0);
    if (length > max) report(`must be less than ${max + 1} characters in all cells`, `${at}/rows`);
  };

const sayable: Record<string, Check> = {
  actions: shape({ elements: list(typed(actionElements), 25, 1) }, own),
  context: shape(
    {
      elements: list(
        typed({
          image: imageElement,
          plain_text: shape({ text: text(3000, 1) }, { emoji: flag }),
          mrkdwn: shape({ text: text(3000, 1) }, { verbatim: flag }),
        }),
        10,
        1,
      ),
    },
    own,
  ),
  divider: shape({}, own),
  header: shape({ text: plain(150) }, { ...own, level: whole(1, 4) }),
  image: shape(
    { alt_text: text(2000, 1) },
    { ...own, ...imageSource, title: plain(2000) },
    exactlyOne('image_url', 'slack_file'),
  ),
  input: shape(
    { label: plain(2000), element: typed(inputElements) },
    { ...own, hint: plain(2000), optional: flag, dispatch_action: flag },
  ),
  rich_text: richTextShape,
  section: shape(
    {},
    { ...own, text: anyText(3000), fields: list(anyText(2000), 10, 1), accessory: typed(accessories), expand: flag },
    atLeastOne('text', 'fields'),
  ),
  table: shape(
    { rows: list(list(cell, 20, 1), 100, 1) },
    { ...own, column_settings: list(shape({}, { align: oneOf('left', 'center', 'right'), is_wrapped: flag }), 20) },
    totalText(10_000),
  ),
  video: shape(
    { alt_text: text(2000, 1), thumbnail_url: url, title: plain(199), video_url: url },
    {
      ...own,
      author_name: text(49),
      description: plain(199),
      provider_icon_url: url,
      provider_name: text(100),
      title_url: url,
    },
  ),
};

const container = shape(
  { child_blocks: list(typed(sayable), 10, 1) },
  {
    ...own,
    title: plain(150),
    rich_text_title: richText,
    subtitle: anyText(150),
    width: oneOf('narrow', 'standard', 'wide', 'full'),
    icon: image,
    is_collapsible: flag,
    default_collapsed: flag,
    has_header_divider: flag,
  },
  atLeastOne('title', 'rich_text_title'),
);

const dataTable = shape(
  { caption: text(255, 1), rows: list(list(cell, 20, 1), 101, 2) },
  { ...own, page_size: whole(1, 100), row_header_column_index: whole(0, 19) },
  bareHeader,
  totalText(20_000),
);

const everywhere: Record<string, Check> = { ...sayable };
delete everywhere.table;

/** Which blocks each surface takes. */
export const surfaces: Record<'message' | 'modal' | 'home', Record<string, Check>> = {
  message: {
    ...sayable,
    card,
    carousel: shape({ elements: list(typed({ card }), 10, 1) }, own),
    container,
    data_table: dataTable,
    data_visualization: chart,
    markdown: shape({ text: text(12_000, 1) }, own),
    context_actions: shape({ elements: list(typed(contextActions), 5, 1) }, own),
    plan: shape({ title: text(3000, 1) }, { ...own, tasks: list(typed({ task_card: taskCard }), 50) }),
    task_card: taskCard,
  },
  modal: {
    ...everywhere,
    card,
    alert: shape({ text: anyText(200) }, { ...own, level: oneOf('default', 'info', 'warning', 'error', 'success') }),
  },
  home: {
    ...sayable,
    card,
    carousel: shape({ elements: list(typed({ card }), 10, 1) }, own),
    container,
    data_table: dataTable,
  },
};
