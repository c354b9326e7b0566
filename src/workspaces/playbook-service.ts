/** The playbook as admins edit it: versions, changes, import and export, and the rules tried on a lead. */
import { randomUUID } from 'node:crypto';
import { nurtureKinds, type Playbook, parsePlaybook, sourceLabels } from '../config/playbook.ts';
import { type HandoffSummary, listHandoffs } from '../db/handoffs/handoff-list.ts';
import { handoffById, recentFacts } from '../db/handoffs/handoffs.ts';
import { draftOf, keepDraft, listPlaybooks, newestPlaybook, playbookVersion } from '../db/workspaces/playbooks.ts';
import type { NurtureKind } from '../domain/nurture.ts';
import type { Deps } from '../handoff/core/deps.ts';
import type { Facts } from '../handoff/core/facts.ts';
import { earlierAnswer } from '../handoff/core/idempotency.ts';
import type { Requester } from '../handoff/core/rights.ts';
import { after, DAY } from '../lib/clock.ts';
import { nurtureFound } from './nurture-check.ts';
import { type Paged, paged } from './paged.ts';
import { writtenIn } from './playbook-edits/document.ts';
import { rulesExample, slaExample, TRIED } from './playbook-edits/preview.ts';
import { differenceInWords, type EditProblem, edit, inOneLine, type PlaybookChange } from './playbook-edits.ts';
import {
  adminOf,
  authorName,
  inWords,
  type NotAllowed,
  type NotSaved,
  restoreVersion,
  type Saved,
  saveVersion,
} from './playbook-versions.ts';
import type { Playbooks } from './playbooks.ts';
import { factsOf, type Sample, type Tried, tryLead } from './sample-lead.ts';

/** One line of the list of versions. */
export interface VersionLine {
  version: number;
  /** By name. */
  by: string;
  at: Date;
  note: string;
}

/** The newest text: what forms are filled in from, and the version they are based on. */
export interface Text {
  version: number;
  yaml: string;
  written: ReturnType<typeof writtenIn>;
  playbook: Playbook;
  /** Where its leads may come from: source → label, in the order to offer them. */
  sources: Readonly<Record<string, string>>;
  /** Tools whose sequences may be named: vendor → label. */
  sequencers: Readonly<Record<string, string>>;
  /** Source → what people can be nurtured by there. */
  nurtures: Readonly<Record<string, readonly NurtureKind[]>>;
}

export type Imported =
  /** `draft` is what `approveImport` saves. */
  | {
      kind: 'ready';
      draft: string;
      basedOn: number;
      difference: string[];
      summary: string;
      example?: string;
      found?: string;
    }
  | Extract<NotSaved, { kind: 'not_allowed' | 'same' | 'unfit' }>;

export interface PlaybookService {
  text(workspaceId: string): Promise<Text>;
  edit(requester: Requester, given: { basedOn: number; change: PlaybookChange }): Promise<Saved>;
  /** What is wrong with a change, at its fields; none: it could be saved. Nothing is kept. */
  problemsOf(workspaceId: string, given: { basedOn: number; change: PlaybookChange }): Promise<EditProblem[]>;
  /** What this very request was answered when it came before; undefined for a new one. */
  savedBefore(requester: Requester): Promise<Saved | undefined>;
  versions(workspaceId: string, page: number): Promise<Paged<VersionLine>>;
  /** A version and what it changed: in words, against the one before it. */
  version(workspaceId: string, version: number): Promise<(VersionLine & { difference: string[] }) | undefined>;
  restore(requester: Requester, given: { version: number; basedOn: number }): Promise<Saved>;
  /** The newest text, to the byte. */
  export(requester: Requester): Promise<{ kind: 'done'; version: number; yaml: string; at: Date } | NotAllowed>;
  /** Reads a text from outside: everything that is wrong with it, or what it would change. Nothing is saved yet. */
  import(requester: Requester, yaml: string): Promise<Imported>;
  /** The same of a change that is made here: what it would change, in words. */
  propose(requester: Requester, given: { basedOn: number; change: PlaybookChange }): Promise<Imported>;
  /** Saves what was read or proposed. Its line in the list of versions is `note`, or `because` and what is different. */
  approveImport(requester: Requester, draft: string, line?: { because?: string; note?: string }): Promise<Saved>;
  /** Handoffs to try the rules on, the newest first. */
  recentLeads(workspaceId: string): Promise<HandoffSummary[]>;
  /** What the rules would do with a lead, described or of a handoff; undefined when there is no such handoff. */
  tryRules(workspaceId: string, on: Sample | { handoffId: string }): Promise<Tried | undefined>;
}

const VERSIONS_A_PAGE = 15;
const RECENT = 50;

export function playbookService(deps: Deps, playbooks: Playbooks): PlaybookService {
  const books = { deps, playbooks };
  return {
    text: workspaceId => textNow(deps, workspaceId),
    edit: (by, given) => save(books, by, given),
    problemsOf: (workspaceId, given) => problemsOf(deps, workspaceId, given),
    savedBefore: by => earlierAnswer<Saved>(deps.db, by),
    versions: (workspaceId, page) => versions(deps, workspaceId, page),
    version: (workspaceId, number) => oneVersion(deps, workspaceId, number),
    restore: (by, given) => restoreVersion(books, by, given),
    export: by => exported(deps, by),
    import: (by, yaml) => imported(deps, by, yaml),
    propose: (by, given) => proposed(deps, by, given),
    approveImport: (by, draft, line = {}) => approved(books, by, draft, line),
    recentLeads: async workspaceId => (await listHandoffs(deps.db, workspaceId, {}, { limit: RECENT })).rows,
    tryRules: (workspaceId, on) => tried(deps, workspaceId, on),
  };
}

async function textNow({ db, playbookVendors }: Deps, workspaceId: string): Promise<Text> {
  const stored = await newestPlaybook(db, workspaceId);
  if (!stored) throw new Error(`workspace ${workspaceId} has no playbook`);
  const { version, yaml } = stored;
  const parsed = parsePlaybook(yaml, playbookVendors, { isStored: true });
  if (!parsed.ok) throw new Error(`playbook version ${version} no longer fits: ${parsed.problems[0]?.message}`);
  const { playbook } = parsed;
  const { sequencers } = playbookVendors;
  const offered = { sources: sourceLabels(playbookVendors), nurtures: nurtureKinds(playbookVendors), sequencers };
  return { version, yaml, written: writtenIn(yaml), playbook, ...offered };
}

/** The change is made on the text that was looked at; whether that is still the newest is decided under the lock. */
async function save(
  books: { deps: Deps; playbooks: Playbooks },
  requester: Requester,
  { basedOn, change }: { basedOn: number; change: PlaybookChange },
): Promise<Saved> {
  const admin = await adminOf(books.deps, requester);
  if ('kind' in admin) return admin;
  const base = await playbookVersion(books.deps.db, requester.workspaceId, basedOn);
  if (!base) return { kind: 'not_found' };
  const edited = edit(base.yaml, change, books.deps.playbookVendors);
  if (!edited.ok) return { kind: 'unfit', problems: edited.problems };
  if (edited.summary === undefined) return { kind: 'same' };
  return saveVersion(books, requester, { yaml: edited.yaml, basedOn, note: edited.summary });
}

async function problemsOf(
  { db, playbookVendors }: Deps,
  workspaceId: string,
  { basedOn, change }: { basedOn: number; change: PlaybookChange },
): Promise<EditProblem[]> {
  const base = await playbookVersion(db, workspaceId, basedOn);
  const edited = base && edit(base.yaml, change, playbookVendors);
  return edited && !edited.ok ? edited.problems : [];
}

async function versions(deps: Deps, workspaceId: string, page: number): Promise<Paged<VersionLine>> {
  const { playbook } = await deps.playbook(workspaceId);
  const list = await paged(page, VERSIONS_A_PAGE, part => listPlaybooks(deps.db, workspaceId, part));
  return { ...list, rows: list.rows.map(row => lineOf(playbook, row)) };
}

function lineOf(
  playbook: Playbook,
  { version, author, note, createdAt }: { version: number; author: string; note: string; createdAt: Date },
): VersionLine {
  return { version, by: authorName(playbook, author), at: createdAt, note };
}

async function oneVersion({ db, playbook: playbookOf }: Deps, workspaceId: string, number: number) {
  const [stored, before, { playbook }] = await Promise.all([
    playbookVersion(db, workspaceId, number),
    playbookVersion(db, workspaceId, number - 1),
    playbookOf(workspaceId),
  ]);
  if (!stored) return undefined;
  return { ...lineOf(playbook, stored), difference: before ? differenceInWords(before.yaml, stored.yaml) : [] };
}

async function exported(deps: Deps, requester: Requester) {
  const admin = await adminOf(deps, requester);
  if ('kind' in admin) return admin;
  const stored = await newestPlaybook(deps.db, requester.workspaceId);
  if (!stored) throw new Error(`workspace ${requester.workspaceId} has no playbook`);
  return { kind: 'done' as const, version: stored.version, yaml: stored.yaml, at: stored.createdAt };
}

async function imported(deps: Deps, requester: Requester, yaml: string): Promise<Imported> {
  const admin = await adminOf(deps, requester);
  if ('kind' in admin) return admin;
  const { db, clock, playbookVendors } = deps;
  const { workspaceId } = requester;
  const parsed = parsePlaybook(yaml, playbookVendors);
  if (!parsed.ok) return { kind: 'unfit', problems: parsed.problems.map(inWords) };
  const problem = withoutAdmin(parsed.playbook);
  if (problem) return { kind: 'unfit', problems: [problem] };
  const newest = await newestPlaybook(db, workspaceId);
  if (newest?.yaml === yaml) return { kind: 'same' };
  const draft = { id: randomUUID(), author: admin.email, basedOn: newest?.version ?? 0, yaml };
  const at = clock.now();
  await keepDraft(db, workspaceId, draft, { at, forgetBefore: after(at, -DAY) });
  const difference = newest ? differenceInWords(newest.yaml, yaml) : [];
  return { kind: 'ready', draft: draft.id, basedOn: draft.basedOn, difference, summary: inOneLine(difference) };
}

function withoutAdmin({ admins }: Playbook): EditProblem | undefined {
  return admins.length > 0 ? undefined : { message: 'admins: must name at least one person' };
}

async function proposed(
  deps: Deps,
  requester: Requester,
  { basedOn, change }: { basedOn: number; change: PlaybookChange },
): Promise<Imported> {
  const admin = await adminOf(deps, requester);
  if ('kind' in admin) return admin;
  const { workspaceId } = requester;
  const base = await playbookVersion(deps.db, workspaceId, basedOn);
  if (!base) return { kind: 'unfit', problems: [{ message: 'the version that was looked at is gone' }] };
  const edited = edit(base.yaml, change, deps.playbookVendors);
  if (!edited.ok) return { kind: 'unfit', problems: edited.problems };
  if (edited.summary === undefined) return { kind: 'same' };
  const draft = { id: randomUUID(), author: admin.email, basedOn, yaml: edited.yaml };
  const at = deps.clock.now();
  await keepDraft(deps.db, workspaceId, draft, { at, forgetBefore: after(at, -DAY) });
  const difference = differenceInWords(base.yaml, edited.yaml);
  const example = await exampleOf(deps, workspaceId, change, { before: base.yaml, next: edited.yaml });
  const found = change.kind === 'nurture' ? await nurtureFound(deps, workspaceId, change.places) : undefined;
  const { summary } = edited;
  return {
    kind: 'ready',
    draft: draft.id,
    basedOn,
    difference,
    summary,
    ...(example && { example }),
    ...(found && { found }),
  };
}

/** What the change would do: of an SLA by the clock, of rules with the leads that are kept; one round trip for those. */
async function exampleOf(
  { db, clock, playbookVendors }: Deps,
  workspaceId: string,
  change: PlaybookChange,
  { before, next }: { before: string; next: string },
): Promise<string | undefined> {
  const [was, is] = [before, next].map(yaml => parsePlaybook(yaml, playbookVendors, { isStored: true }));
  if (!was?.ok || !is?.ok) return undefined;
  const now = clock.now();
  if (change.kind === 'ladder') return slaExample(is.playbook, change.priority, now);
  if (change.kind !== 'rule' && change.kind !== 'starter') return undefined;
  const recent = await recentFacts<Facts>(db, workspaceId, { since: after(now, -TRIED.within), limit: TRIED.most });
  const rule = change.kind === 'rule' ? change.rule.name : undefined;
  return rulesExample({ before: was.playbook, next: is.playbook, rule }, recent, now);
}

async function approved(
  books: { deps: Deps; playbooks: Playbooks },
  requester: Requester,
  id: string,
  { because = 'Imported', note: given }: { because?: string; note?: string },
): Promise<Saved> {
  const { deps } = books;
  const admin = await adminOf(deps, requester);
  if ('kind' in admin) return admin;
  const draft = await draftOf(deps.db, requester.workspaceId, { id, author: admin.email });
  if (!draft) return { kind: 'not_found' };
  const { yaml, basedOn } = draft;
  const base = await playbookVersion(deps.db, requester.workspaceId, basedOn);
  const note = given ?? `${because.replace(/\?$/, '')}: ${inOneLine(base ? differenceInWords(base.yaml, yaml) : [])}`;
  return saveVersion(books, requester, { yaml, basedOn, note });
}

async function tried(deps: Deps, workspaceId: string, on: Sample | { handoffId: string }): Promise<Tried | undefined> {
  const { playbook } = await deps.playbook(workspaceId);
  const now = deps.clock.now();
  if (!('handoffId' in on)) return tryLead(playbook, factsOf(on), now);
  const handoff = await handoffById<Facts>(deps.db, workspaceId, on.handoffId);
  return handoff && tryLead(playbook, handoff.facts, now);
}
