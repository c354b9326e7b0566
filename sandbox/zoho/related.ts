/** Endpoints of what hangs on a record: what it was converted to, its campaigns, its timeline. */
import { z } from 'zod';
import { invalid, missingParam, noSuchPath, Refusal, type Told, told } from './errors.ts';
import { convert as convertLead } from './moves.ts';
import { none, page, rowOf, type Work } from './records.ts';

const convertBody = z.object({
  data: z.array(z.looseObject({ Deals: z.record(z.string(), z.unknown()).optional() })).length(1),
});

export const convert: Work = (org, req, by) => {
  const read = convertBody.safeParse(req.body);
  if (!read.success || String(req.params.module) !== 'Leads') throw read.success ? noSuchPath() : invalid('body');
  try {
    const made = convertLead(org, String(req.params.id), by, read.data.data[0]?.Deals);
    const details = Object.fromEntries(Object.entries(made).map(([name, row]) => [name, { id: row.id }]));
    const message = 'The record has been converted successfully';
    return { status: 200, body: { data: [{ code: 'SUCCESS', details, message, status: 'success' }] } };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { status: 400, body: { data: [error.body satisfies Told] } };
  }
};

const memberBody = z.object({ data: z.array(z.strictObject({ Member_Status: z.string() })).length(1) });
const MEMBER_STATUSES = ['Planned', 'Invited', 'Sent', 'Received', 'Opened', 'Responded', 'Bounced', 'Opted Out'];

/** A person becomes a member of a campaign, or has another status there. */
export const join: Work = (org, req) => {
  const [row, campaign] = [rowOf(org, req), org.tables.Campaigns.get(String(req.params.campaign))];
  if (!row || !campaign) throw invalid('the related id given seems to be invalid', { resource_path_index: 3 });
  const status = memberBody.safeParse(req.body).data?.data[0]?.Member_Status;
  if (status === undefined || !MEMBER_STATUSES.includes(status)) {
    const refused = told('INVALID_DATA', 'invalid data', {
      api_name: 'Member_Status',
      json_path: '$.data[0].Member_Status',
    });
    return { status: 400, body: { data: [refused] } };
  }
  const of = org.members.get(campaign.id) ?? new Map<string, string>();
  of.set(row.id, status);
  org.members.set(campaign.id, of);
  const done = { code: 'SUCCESS', details: { id: campaign.id }, message: 'relation updated', status: 'success' };
  return { status: 200, body: { data: [done] } };
};

export const campaignsOf: Work = (org, req) => {
  if (!req.query.fields) throw missingParam('fields');
  const id = String(req.params.id);
  const theirs = [...org.members].filter(([, members]) => members.has(id));
  return page(
    org,
    req,
    theirs.map(([campaign, members]) => ({ id: campaign, Member_Status: members.get(id) })),
  );
};

/** What happened to a record, the newest first. */
export const timeline: Work = (org, req) => {
  const row = rowOf(org, req);
  const past = row && org.past.get(row.id);
  if (!past) return none;
  const body = past.toReversed().map(({ at, by, action, fields }) => ({
    action,
    audited_time: at,
    done_by: { name: by.user.full_name, id: by.user.id },
    source: by.rule ? 'workflow' : by.source,
    type: 'timeline',
    automation_details: by.rule ? { type: 'workflow_rule', rule: { name: by.rule, id: '1' } } : null,
    field_history:
      fields.length === 0
        ? null
        : fields.map(({ api_name: name, old, new: now }) => ({
            api_name: name,
            field_label: name,
            _value: { old: wordOf(old), new: wordOf(now) },
          })),
  }));
  return {
    status: 200,
    body: { __timeline: body, info: { per_page: 200, count: body.length, page: 1, more_records: false } },
  };
};

/** People are named, not numbered, in a timeline. */
const wordOf = (value: unknown): unknown => (value as { name?: string } | null)?.name ?? value;
