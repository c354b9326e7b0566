/** One Marketo instance in memory: people, what they did, lists, custom activities, and the log of everything. */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../src/lib/clock.ts';
import { type Field, NUMBERS, standardFields } from './schema.ts';

export type Value = string | number | boolean | null;

export interface Lead {
  id: number;
  values: Record<string, Value>;
}

export interface Attribute {
  name: string;
  value: Value;
}

/** One entry of the activity log; `seq` is the order in which they came in. */
export interface Activity {
  seq: number;
  marketoGUID: string;
  leadId: number;
  activityDate: string;
  activityTypeId: number;
  primaryAttributeValueId: number | null;
  primaryAttributeValue: string | null;
  attributes: Attribute[];
  /** Of a changed value: which field, and what it was. */
  changed?: { field: Field; from: string | null; to: string };
}

export interface CustomType {
  id: number;
  apiName: string;
  name: string;
  description: string;
  triggerName: string;
  filterName: string;
  primary: { apiName: string; name: string };
  attributes: { apiName: string; name: string; dataType: string }[];
  status: 'draft' | 'approved' | 'approved with draft';
}

/** A score that was changed, for campaigns that wait for that. */
export type ScoreListener = (lead: Lead, field: Field, score: number) => void;

export type Instance = ReturnType<typeof createInstance>;

const FIRST_LEAD = 318_580;
const FIRST_CUSTOM_TYPE = 100_000;

/** A trigger campaign, and whom it was requested for. */
interface Campaign {
  id: number;
  name: string;
  type: 'trigger' | 'batch';
  active: boolean;
  requests: number[];
}

/** @param onScore called after each changed score */
export function createInstance(clock: Clock, onScore: ScoreListener) {
  const fields = standardFields();
  const leads = new Map<number, Lead>();
  const log: Activity[] = [];
  const lists = new Map<number, { id: number; name: string; members: Set<number> }>();
  const campaigns = new Map<number, Campaign>([
    [1_008, { id: 1_008, name: 'Nurture', type: 'trigger', active: true, requests: [] }],
  ]);
  const customTypes = new Map<string, CustomType>();
  /** Names of pages, mails, programs: each has a number. */
  const assets = new Map<string, number>();
  let lastLead = FIRST_LEAD;

  const iso = (at: Date) => `${at.toISOString().slice(0, 19)}Z`;
  const now = () => iso(clock.now());
  const assetId = (name: string): number => {
    const known = assets.get(name) ?? assets.size + 1_001;
    assets.set(name, known);
    return known;
  };

  function add(entry: Omit<Activity, 'seq' | 'marketoGUID' | 'activityDate'> & { at?: Date }): Activity {
    const { at, ...rest } = entry;
    const seq = log.length + 1;
    const added = { seq, marketoGUID: randomUUID(), activityDate: at ? iso(at) : now(), ...rest };
    log.push(added);
    return added;
  }

  function create(values: Record<string, Value>, source: string): Lead {
    lastLead += 1;
    const at = now();
    const lead = { id: lastLead, values: { originalSourceType: source, createdAt: at, updatedAt: at, ...values } };
    leads.set(lead.id, lead);
    const attributes = [{ name: 'Source Type', value: source }];
    add({
      leadId: lead.id,
      activityTypeId: 12,
      primaryAttributeValueId: null,
      primaryAttributeValue: null,
      attributes,
    });
    return lead;
  }

  /** `flow step`: a score changed by a campaign is an activity of its own; anything else is a changed value. */
  function change(
    lead: Lead,
    values: Record<string, Value>,
    by: { kind: 'flow step' | 'api' | 'person'; reason?: string },
  ) {
    for (const [name, to] of Object.entries(values)) {
      const field = fields.get(name);
      const from = lead.values[name] ?? null;
      if (!field || from === to) continue;
      lead.values[name] = to;
      const isScore = field.type === 'score';
      if (isScore && by.kind === 'flow step') logScore(lead, field, from, to, by.reason ?? 'Smart campaign');
      else logValue(lead, field, from, to, by.kind === 'api' ? 'Web service API' : 'User');
      if (isScore) onScore(lead, field, Number(to ?? 0));
    }
    lead.values.updatedAt = now();
  }

  function logScore(lead: Lead, field: Field, from: Value, to: Value, reason: string): void {
    const by = Number(to ?? 0) - Number(from ?? 0);
    add({
      leadId: lead.id,
      activityTypeId: 22,
      primaryAttributeValueId: field.id,
      primaryAttributeValue: field.label,
      attributes: [
        { name: 'Change Value', value: by < 0 ? String(by) : `+${by}` },
        { name: 'New Value', value: String(to ?? 0) },
        ...(from === null ? [] : [{ name: 'Old Value', value: String(from) }]),
        { name: 'Reason', value: reason },
      ],
    });
  }

  function logValue(lead: Lead, field: Field, from: Value, to: Value, source: string): void {
    add({
      leadId: lead.id,
      activityTypeId: 13,
      primaryAttributeValueId: field.id,
      primaryAttributeValue: field.label,
      attributes: [
        { name: 'New Value', value: String(to ?? '') },
        { name: 'Old Value', value: String(from ?? '') },
        { name: 'Reason', value: source },
        { name: 'Source', value: source },
      ],
      changed: { field, from: from === null ? null : String(from), to: String(to ?? '') },
    });
  }

  function remove(id: number): void {
    const lead = leads.get(id);
    if (!lead) return;
    leads.delete(id);
    const name = [lead.values.firstName, lead.values.lastName].filter(Boolean).join(' ');
    const of = { primaryAttributeValueId: id, primaryAttributeValue: name, attributes: [] };
    add({ leadId: id, activityTypeId: 37, ...of });
  }

  return {
    fields,
    leads,
    log,
    lists,
    campaigns,
    customTypes,
    assetId,
    add,
    create,
    change,
    remove,
    now,
    byEmail: (email: string) =>
      [...leads.values()].filter(one => String(one.values.email ?? '').toLowerCase() === email.toLowerCase()),
    /** The losers are gone; what they did stands with the winner from now on. */
    merge(winner: number, losers: readonly number[]): void {
      for (const loser of losers) {
        leads.delete(loser);
        for (const entry of log) if (entry.leadId === loser) entry.leadId = winner;
        for (const { members } of lists.values()) if (members.delete(loser)) members.add(winner);
      }
      add({
        leadId: winner,
        activityTypeId: 32,
        primaryAttributeValueId: winner,
        primaryAttributeValue: String(winner),
        attributes: [
          { name: 'Master Updated', value: false },
          { name: 'Merge IDs', value: losers.join(',') },
          { name: 'Merge Source', value: 'Web service API' },
        ],
      });
    },
    addField(name: string, label: string, type: Field['type']): Field {
      const field = { id: 6_000 + fields.size, name, label, type, readOnly: false };
      fields.set(name, field);
      return field;
    },
    addList(name: string): number {
      const id = 1_001 + lists.size;
      lists.set(id, { id, name, members: new Set() });
      return id;
    },
    addCampaign(campaign: Omit<Campaign, 'id' | 'requests'>): number {
      const id = 1_008 + campaigns.size;
      campaigns.set(id, { ...campaign, id, requests: [] });
      return id;
    },
    nextCustomType: () => FIRST_CUSTOM_TYPE + customTypes.size + 1,
  };
}

/** Why a value does not fit its field; undefined: it does. */
export function misfit(field: Field, value: Value): string | undefined {
  if (value === null || value === '') return undefined;
  if (NUMBERS.includes(field.type) && !Number.isFinite(Number(value))) {
    return `Invalid value '${value}'. Required of type 'Integer'`;
  }
  if (field.type === 'boolean' && !/^(true|false|1|0)$/i.test(String(value))) {
    return `Invalid value '${value}'. Required of type 'Boolean'`;
  }
  return undefined;
}

/** A value as its field keeps it. */
export function kept(field: Field, value: Value): Value {
  if (value === null || value === '') return null;
  if (NUMBERS.includes(field.type)) return Number(value);
  if (field.type === 'boolean') return /^(true|1)$/i.test(String(value));
  return String(value);
}
