import { type Check, flag, list, number, oneOf, shape, text, typed, whole } from './check.ts';
import { id, url } from './objects.ts';

/** Rich text: sections, lists, quotes and preformatted text made of inline pieces. */
const look = shape(
  {},
  {
    bold: flag,
    italic: flag,
    strike: flag,
    code: flag,
    underline: flag,
    highlight: flag,
    client_highlight: flag,
    unlink: flag,
  },
);
const style: Record<string, Check> = { style: look };

const inline = typed({
  text: shape({ text: text(10_000, 1) }, style),
  link: shape({ url }, { ...style, text: text(10_000), unsafe: flag }),
  emoji: shape({ name: text(255, 1) }, { ...style, unicode: text(100), url, skin_tone: whole(1, 6) }),
  user: shape({ user_id: id }, style),
  usergroup: shape({ usergroup_id: id }, style),
  channel: shape({ channel_id: id }, style),
  team: shape({ team_id: id }, style),
  broadcast: shape({ range: oneOf('here', 'channel', 'everyone') }, style),
  date: shape({ timestamp: number, format: text(255, 1) }, { ...style, fallback: text(255), url }),
  color: shape({ value: text(50, 1) }, style),
});

const inlines: Record<string, Check> = { elements: list(inline, 1_000) };
const border: Record<string, Check> = { border: whole(0, 1) };
const section = shape(inlines);

export const richTextShape = shape(
  {
    elements: list(
      typed({
        rich_text_section: section,
        rich_text_list: shape(
          { elements: list(typed({ rich_text_section: section }), 1_000), style: oneOf('bullet', 'ordered') },
          { ...border, indent: whole(0, 8), offset: whole(0, 10_000) },
        ),
        rich_text_quote: shape(inlines, border),
        rich_text_preformatted: shape(inlines, { ...border, language: text(50) }),
      }),
      1_000,
    ),
  },
  { block_id: id },
);

export const richText = typed({ rich_text: richTextShape });
