/** Templates of mails to leads: what may stand in them, and the one there is when the playbook has none. */
import { templateProblem } from '../../lib/liquid.ts';
import type { Playbook } from './schema.ts';
import type { Mistyped } from './suggest.ts';

/** Every name a template may use. All are text, empty when nothing is known. */
export const TEMPLATE_NAMES = [
  'lead.first_name',
  'lead.last_name',
  'lead.name',
  'lead.email',
  'lead.company',
  'lead.title',
  'lead.recent_intent',
  'rep.name',
  'rep.first_name',
  'rep.email',
  'rep.scheduling_url',
  'company.name',
  'company.industry',
  'company.employees',
] as const;

export type TemplateName = (typeof TEMPLATE_NAMES)[number];

/** What a value of the CRM may say besides. Under `property.` stands every property of the contact by its own name. */
const MORE_CRM_NAMES = [
  'lead.phone',
  'lead.website',
  'lead.city',
  'lead.state',
  'lead.country',
  'lead.source',
  'lead.campaign',
  'lead.lifecycle',
  'lead.product_interest',
  'company.domain',
  'company.revenue',
  'company.city',
  'company.state',
  'company.country',
  'company.tech',
  'mql.score',
  'mql.fit',
  'mql.priority',
  'mql.source',
  'mql.date',
  'mql.at',
  'mql.reason',
  'mql.recent_intent',
  'handoff.id',
  'handoff.url',
  'handoff.rule',
  'handoff.routing',
  'handoff.team',
] as const;

/** Every name a template of `crm` may use; all are text, empty when nothing is known. */
export const CRM_NAMES = [...TEMPLATE_NAMES, ...MORE_CRM_NAMES] as const;

export type MoreCrmName = (typeof MORE_CRM_NAMES)[number];
export type MailTemplate = Playbook['templates'][string];

/** What a rep finds when the playbook has no templates. */
const INTRO: MailTemplate = {
  name: 'Introduction',
  subject:
    '{% if lead.company != "" %}Your questions, and {{ lead.company }}{% else %}Thank you for your interest{% endif %}',
  body: `Hi {{ lead.first_name | default: "there" }},

thank you for {{ lead.recent_intent | default: "your interest" }}. I look after {% if lead.company != "" %}{{ lead.company }}{% else %}you{% endif %} here, and am glad to answer whatever is still open.

What made you look into this now? A line in reply is enough to start with.

{% if rep.scheduling_url != "" %}If talking is easier, choose a time that suits you: {{ rep.scheduling_url }}{% else %}If talking is easier: would 15 minutes this week or next suit you?{% endif %}

Best regards,
{{ rep.name }}
`,
};

/** The playbook's templates by id; a built-in one when it has none. */
export function mailTemplates(playbook: Playbook): Record<string, MailTemplate> {
  return Object.keys(playbook.templates).length > 0 ? playbook.templates : { intro: INTRO };
}

/** What is wrong with a text that is filled in per lead, and the name that nobody knows. */
export function problemIn(source: string): { message: string; mistyped?: Mistyped } | undefined {
  return problemWith(source, TEMPLATE_NAMES);
}

/** The same of a value for the CRM. */
export function problemInCrmValue(source: string): { message: string; mistyped?: Mistyped } | undefined {
  return problemWith(source, CRM_NAMES, 'property');
}

function problemWith(
  source: string,
  names: readonly string[],
  openGroup?: string,
): { message: string; mistyped?: Mistyped } | undefined {
  const problem = templateProblem(source, names, openGroup);
  if (problem === undefined) return undefined;
  if (typeof problem === 'string') return { message: `is no Liquid template: ${problem}` };
  return {
    message: `{{ ${problem.name} }} is nothing Baton can fill in`,
    mistyped: { typed: problem.name, known: names },
  };
}
