import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { postedCards } from '../../src/db/cards/cards.ts';
import {
  insertMailNotice,
  lockMailNotice,
  mailLink,
  mailNoticeById,
  mailNoticeByKey,
  moveMailNotice,
} from '../../src/db/cards/mail-notices.ts';
import type { Db } from '../../src/db/connection.ts';
import { companyFacts, rememberCompanyFacts } from '../../src/db/connections/company-facts.ts';
import { openAttempt, ticketsSince } from '../../src/db/connections/connect-attempts.ts';
import { connectionOf, rememberConnection } from '../../src/db/connections/connections.ts';
import { credentialKeeper } from '../../src/db/connections/credential-keeper.ts';
import {
  credentialFacts,
  forgetStrayLogins,
  saveCredential,
  wipeCredential,
} from '../../src/db/connections/credentials.ts';
import { beginSetup, finishSetup, newestSetup, setupPosted, setupRun } from '../../src/db/connections/crm-setups.ts';
import { effectsOf, forgetOldEffects } from '../../src/db/connections/effects.ts';
import { beginInspection, finishInspection, inspectionOf } from '../../src/db/connections/inspections.ts';
import {
  declineOffer,
  erasePersonalLogin,
  firstLapse,
  firstOffer,
  personalLoginHolders,
} from '../../src/db/connections/personal-logins.ts';
import { handoffOfRecords, linkRecords, storeEvents, unreadEvent } from '../../src/db/handoffs/crm-events.ts';
import {
  answerByToken,
  hasUnsubscribed,
  insertAnswer,
  mailedBefore,
  markBounced,
  markUnmailable,
  moveAnswer,
  openAnswerOf,
  sentEmail,
} from '../../src/db/handoffs/emails.ts';
import { listHandoffs } from '../../src/db/handoffs/handoff-list.ts';
import {
  handoffById,
  insertHandoff,
  lockHandoff,
  openCounts,
  UNTOUCHED,
  updateHandoff,
} from '../../src/db/handoffs/handoffs.ts';
import { openEntry, storeSignals } from '../../src/db/handoffs/inbox.ts';
import { lockLead } from '../../src/db/handoffs/leads.ts';
import {
  closeTest,
  forgetTest,
  manualById,
  openHandoffOf,
  settleManual,
  storeManual,
} from '../../src/db/handoffs/manual-leads.ts';
import { keepOwnerAsk, openOwnerAsks, ownerAskShows } from '../../src/db/handoffs/owner-asks.ts';
import {
  forgetAnswer,
  insertOwnerChange,
  isRestoring,
  knownOwners,
  lastOwnerChange,
  ownerAnswers,
  ownerChangeById,
  recordOwner,
  rememberAnswer,
  rememberOwner,
  settleOwner,
  undecidedChanges,
  updateOwnerChange,
} from '../../src/db/handoffs/owner-changes.ts';
import { knownContact } from '../../src/db/handoffs/simulation.ts';
import { bestKnown, knownAtLeast, knownScore, markGone, settleSignal } from '../../src/db/handoffs/source-contacts.ts';
import { leadTimeline, recordEntries, timelineOf } from '../../src/db/handoffs/timeline.ts';
import { beginHome, beginHomeAgain, landHome } from '../../src/db/people/homes.ts';
import {
  absencesAfter,
  addAbsence,
  endAbsences,
  peopleOf,
  personBySlackId,
  rememberSlackPerson,
  replaceAbsence,
} from '../../src/db/people/people.ts';
import { lockRotation, saveTurn } from '../../src/db/people/rotation.ts';
import { beginOnce, finishOnce, forgetKey, forgetOldKeys, onceOutcome } from '../../src/db/workspaces/idempotency.ts';
import { notice, seenBefore, unsentNotices } from '../../src/db/workspaces/notices.ts';
import {
  draftOf,
  keepDraft,
  listPlaybooks,
  newestPlaybook,
  playbookVersion,
} from '../../src/db/workspaces/playbooks.ts';
import { ensureWorkspace, workspaceByHookKey } from '../../src/db/workspaces/workspaces.ts';
import { parkedGroups, parkedJobs, parkJob, replayGroup, replayParked } from '../../src/jobs/parked.ts';
import { changeAndEnqueue } from '../../src/jobs/queue.ts';
import { processSignals, readEvents } from '../../src/jobs/requests.ts';
import { parseKeyring } from '../../src/lib/crypto.ts';
import { savePlaybook } from '../../src/workspaces/playbook-versions.ts';
import { connectedDatabase } from '../helpers/database.ts';

const at = new Date('2026-11-24T18:00:00Z');
const KEYS = parseKeyring('11'.repeat(32));

test('a workspace sees and changes nothing of another, by any repository, even when it knows the ids', async t => {
  const { db } = await connectedDatabase(t, 4);
  const mine = await ensureWorkspace(db, { name: 'Mine', slackTeamId: 'T1', hookKey: 'key-of-mine', at });
  const theirs = await ensureWorkspace(db, { name: 'Theirs', slackTeamId: 'T2', hookKey: 'key-of-theirs', at });
  const { handoffId, leadId } = await fill(db, mine.id);
  const stranger = theirs.id;

  assert.equal((await workspaceByHookKey(db, 'key-of-theirs'))?.id, stranger);
  assert.equal(await handoffById(db, stranger, handoffId), undefined);
  assert.equal(await db.transaction(trx => lockHandoff(trx, stranger, handoffId)), undefined);
  await updateHandoff(db, stranger, handoffId, { state: 'lost' });
  assert.equal((await handoffById(db, mine.id, handoffId))?.state, 'assigned');
  assert.deepEqual(await listHandoffs(db, stranger, { text: 'emma' }, { limit: 10 }), { rows: [], total: 0 });
  assert.deepEqual(await openCounts(db, stranger, ['marcus@example.com']), {});
  assert.deepEqual(await timelineOf(db, stranger, handoffId), []);
  assert.deepEqual(await leadTimeline(db, stranger, leadId), []);
  await linkRecords(db, mine.id, handoffId, ['006000000000001AAA'], readEvents);
  assert.equal(await handoffOfRecords(db, mine.id, ['006000000000001AAA']), handoffId);
  assert.equal(await handoffOfRecords(db, stranger, ['006000000000001AAA']), undefined);
  await storeEvents(db, mine.id, { events: [{ key: '04l000000000001AAA', fields: {} }], at }, readEvents);
  assert.deepEqual((await unreadEvent(db, mine.id, 1))?.event, { key: '04l000000000001AAA', fields: {} });
  assert.equal(await unreadEvent(db, stranger, 1), undefined);
  await tryOwners(db, mine.id, stranger, handoffId);
  await tryPersonalLogins(db, mine.id, stranger);
  await tryIdempotencyKeys(db, mine.id, stranger);
  await tryFirstAnswers(db, { mine: mine.id, stranger, handoffId, leadId });
  const setup = await beginSetup(db, mine.id, { id: randomUUID(), askedBy: 'U1', at });
  assert.equal((await beginSetup(db, mine.id, { id: randomUUID(), askedBy: 'U2', at })).isNew, false);
  assert.equal(await setupRun(db, stranger, setup.run.id), undefined);
  assert.equal(await newestSetup(db, stranger), undefined);
  await finishSetup(db, stranger, setup.run.id, 'theirs', at);
  await setupPosted(db, stranger, setup.run.id, { channel: 'D1', ts: '1.1' });
  assert.deepEqual(await setupRun(db, mine.id, setup.run.id), setup.run);
  await beginInspection(db, mine.id, 'U1', at);
  await finishInspection(db, stranger, at, { findings: [], failure: 'theirs' }, at);
  assert.equal(await inspectionOf(db, stranger), undefined);
  assert.equal((await inspectionOf(db, mine.id))?.doneAt, null);
  assert.deepEqual(await postedCards(db, stranger, handoffId), []);
  assert.equal(await knownScore(db, stranger, 'hubspot', '1'), undefined);
  assert.equal(await openEntry(db, stranger, 1), undefined);
  const known = { source: 'hubspot', contactIds: ['1'] };
  assert.equal(await bestKnown(db, stranger, known), undefined);
  assert.deepEqual(await knownAtLeast(db, stranger, { ...known, score: 1 }), new Set());
  await markGone(db, stranger, { source: 'hubspot', contactId: '1', at });
  assert.equal((await knownScore(db, mine.id, 'hubspot', '1'))?.goneAt, null);
  assert.deepEqual(await peopleOf(db, stranger), []);
  assert.equal(await personBySlackId(db, stranger, 'U1'), undefined);
  assert.equal(await endAbsences(db, stranger, 'marcus@example.com', at), 0);
  await db.transaction(trx =>
    replaceAbsence(trx, stranger, { email: 'marcus@example.com', from: at, until: null, note: 'theirs' }),
  );
  assert.deepEqual(
    (await absencesAfter(db, mine.id, at)).map(({ note }) => note),
    [''],
  );
  await db('absences').where({ workspace_id: stranger }).delete();
  assert.equal(await companyFacts(db, stranger, 'clearbit', 'acmecorp.com'), null);
  assert.equal(await connectionOf(db, stranger, { vendor: 'hubspot', role: 'source' }), undefined);
  assert.equal(await newestPlaybook(db, stranger), undefined);
  assert.equal(await playbookVersion(db, stranger, 1), undefined);
  assert.deepEqual(await listPlaybooks(db, stranger, { limit: 5, offset: 0 }), { rows: [], total: 0 });
  const draft = { id: randomUUID(), author: 'dana@example.com', basedOn: 1, yaml: 'version: 1' };
  await keepDraft(db, mine.id, draft, { at, forgetBefore: at });
  await keepDraft(db, stranger, { ...draft, id: randomUUID() }, { at, forgetBefore: new Date(at.getTime() + 1_000) });
  assert.equal(await draftOf(db, stranger, draft), undefined);
  assert.equal(
    await draftOf(db, mine.id, { ...draft, author: 'priya@example.com' }),
    undefined,
    'a draft is its author’s',
  );
  assert.equal((await draftOf(db, mine.id, draft))?.yaml, 'version: 1');
  const page = { limit: 5, offset: 0 };
  const [group] = (await parkedGroups(db, mine.id, page)).rows;
  assert.deepEqual(await parkedGroups(db, stranger, page), { rows: [], total: 0 });
  assert.equal(await replayGroup(db, stranger, group?.id ?? '', at), 0);
  assert.deepEqual(await unsentNotices(db, stranger), []);
  assert.deepEqual(await parkedJobs(db, stranger), []);
  assert.equal(await replayParked(db, stranger, at), 0);
  assert.deepEqual(await db.transaction(trx => lockRotation(trx, stranger, at)), {
    credits: {},
    people: [],
    absences: [],
  });
  assert.equal(await seenBefore(db, stranger, 'event-1', at), false, 'a delivery of another workspace is news here');

  const stint = { key: 'card:1', kind: 'card' as const, recipient: 'marcus@example.com', stint: at, createdAt: at };
  const told = { ...stint, id: randomUUID(), workspaceId: mine.id, handoffId };
  assert.equal(await insertMailNotice(db, told), true);
  const link = { token: 'a token', until: at };
  assert.equal(await moveMailNotice(db, stranger, told.id, { from: ['waiting'], to: 'begun', link }), false);
  assert.equal(await mailNoticeByKey(db, stranger, told.key), undefined);
  assert.equal(await mailNoticeById(db, stranger, told.id), undefined);
  assert.equal(await db.transaction(trx => lockMailNotice(trx, stranger, told.id)), undefined);
  assert.equal(await mailLink(db, link.token), undefined);

  const [{ id: manualId }] = await db('manual_leads').select('id');
  assert.equal(await manualById(db, stranger, manualId), undefined);
  await settleManual(db, stranger, manualId, { outcome: 'theirs', handoffId });
  assert.equal((await manualById(db, mine.id, manualId))?.outcome, null);
  assert.equal(await openHandoffOf(db, stranger, leadId), undefined);
  assert.deepEqual((await knownContact(db, stranger, 'emma@acmecorp.com')).contacts, []);
  await closeTest(db, stranger, handoffId, at);
  await forgetTest(db, stranger, handoffId, leadId);
  assert.equal((await openHandoffOf(db, mine.id, leadId))?.id, handoffId);

  const login = { workspaceId: mine.id, vendor: 'salesforce', holder: '' };
  assert.equal(await credentialFacts(db, { ...login, workspaceId: stranger }), undefined);
  const wipe = { reason: 'theirs', at };
  assert.equal(await wipeCredential(db, KEYS, { ...login, workspaceId: stranger }, wipe), undefined);
  await forgetStrayLogins(db, { workspaceId: stranger, vendor: 'salesforce' }, '00Dother');
  await db('credentials').where({ workspace_id: stranger }).delete();
  const keeper = credentialKeeper<{ accessToken: string }>(db, KEYS, login, { now: () => at });
  assert.deepEqual(await keeper.read(), { accessToken: 'mine' });
  // Carried over by hand, what is sealed opens nowhere else.
  await db('credentials').where({ workspace_id: mine.id }).update({ workspace_id: stranger });
  const carried = credentialKeeper(db, KEYS, { ...login, workspaceId: stranger }, { now: () => at });
  await assert.rejects(carried.read(), { name: 'CryptoError' });
  assert.equal(await ticketsSince(db, stranger, 'dana@example.com', at), 0);
  assert.equal(await ticketsSince(db, mine.id, 'dana@example.com', at), 1);

  assert.ok(await knownScore(db, mine.id, 'hubspot', '1'), 'the same questions have answers at home');
  assert.equal((await parkedJobs(db, mine.id)).length, 1);
});

/** Whose a record is, who changed that, and what was said to it. */
async function tryOwners(db: Db, mine: string, stranger: string, handoffId: string): Promise<void> {
  const of = { handoffId, recordId: '00Q000000000001AAA' };
  const owner = {
    ...of,
    recordKind: 'lead' as const,
    ownerId: '005A',
    ours: '005A',
    repEmail: null,
    givenAt: at,
    writtenAt: at,
  };
  await rememberOwner(db, mine, owner);
  await rememberOwner(db, stranger, { ...owner, ownerId: '005B', repEmail: 'stranger@example.com' });
  await settleOwner(db, stranger, of, { ownerId: '005B' });
  assert.deepEqual(await recordOwner(db, mine, handoffId, of.recordId), owner);
  assert.equal(await recordOwner(db, stranger, handoffId, of.recordId), undefined);
  assert.deepEqual(await knownOwners(db, stranger, [of.recordId]), new Map());
  const by = { byId: '005C', byName: 'A rule', byKind: 'automation' as const };
  const none = { why: null, decidedBy: null, decidedAt: null, repEmail: null };
  const change = { ...of, ...by, ...none, recordKind: 'lead' as const, ours: '005A', theirs: '005B', theirsName: 'B' };
  const times = { givenAt: at, changedAt: at, seenAt: at };
  const id = await insertOwnerChange(db, mine, { ...change, ...times, state: 'restoring' });
  await updateOwnerChange(db, stranger, id, { state: 'kept' });
  assert.equal(await ownerChangeById(db, stranger, id), undefined);
  assert.equal(await lastOwnerChange(db, stranger, handoffId, of.recordId), undefined);
  assert.deepEqual(
    [await isRestoring(db, stranger, of.recordId), await isRestoring(db, mine, of.recordId)],
    [false, true],
  );
  const ask = { changeId: id, state: 'asked' as const, channel: 'D1', ts: '1.0', shown: 'a question' };
  await keepOwnerAsk(db, mine, handoffId, ask, at);
  const [kept, ...more] = await openOwnerAsks(db, mine, handoffId);
  assert.deepEqual([more, await openOwnerAsks(db, stranger, handoffId)], [[], []]);
  assert.ok(kept);
  assert.equal(await ownerAskShows(db, stranger, kept, 'nothing', at), false);
  assert.deepEqual(await openOwnerAsks(db, mine, handoffId), [{ ...ask, id: kept.id }]);
  assert.equal(await ownerAskShows(db, mine, kept, 'an answer', at), true);
  assert.deepEqual(await openOwnerAsks(db, mine, handoffId), []);
  assert.equal(await ownerAskShows(db, mine, kept, 'a question', null), false, 'drawn from what was true before');
  assert.deepEqual(await openOwnerAsks(db, mine, handoffId), [{ ...ask, id: kept.id, shown: '' }], 'drawn once more');
  await updateOwnerChange(db, mine, id, { state: 'asked' });
  const other = { handoffId, repEmail: null, id: 0 };
  assert.deepEqual(await undecidedChanges(db, stranger, other), []);
  assert.deepEqual(
    (await undecidedChanges(db, mine, other)).map(one => one.id),
    [id],
  );
  const until = new Date(at.getTime() + 1_000);
  await rememberAnswer(db, mine, { changerId: '005C', changerName: 'A rule', decidedBy: 'd', decidedAt: at, until });
  assert.equal(await forgetAnswer(db, stranger, '005C'), false);
  assert.deepEqual([await ownerAnswers(db, stranger, at), (await ownerAnswers(db, mine, at)).length], [[], 1]);
  assert.deepEqual(await ownerAnswers(db, mine, until), [], 'an answer holds until its day');
}

/** Another workspace neither sees nor moves a mail, and its opt-outs are its own; the link alone says whose it is. */
async function tryFirstAnswers(
  db: Db,
  { mine, stranger, handoffId, leadId }: { mine: string; stranger: string; handoffId: string; leadId: string },
): Promise<void> {
  const address = 'emma@acmecorp.com';
  const id = randomUUID();
  const mail = { byEmail: 'marcus@example.com', recipient: address, subject: 's', body: 'b', messageId: '<m@x>' };
  await insertAnswer(db, { ...mail, id, workspaceId: mine, handoffId, createdAt: at, unsubscribeToken: 'token' });
  assert.equal(await openAnswerOf(db, stranger, handoffId), undefined);
  assert.equal(await moveAnswer(db, stranger, id, { from: 'waiting', to: 'begun' }), false);
  assert.equal(await moveAnswer(db, mine, id, { from: 'waiting', to: 'sent' }), true);
  const returned = { messageIds: ['<m@x>'], handoffId, recipients: [address] };
  assert.equal(await sentEmail(db, stranger, returned), undefined);
  assert.equal((await sentEmail(db, mine, returned))?.id, id);
  const otherwise = { messageIds: ['<of the mail server@x>'], handoffId };
  assert.equal((await sentEmail(db, mine, { ...otherwise, recipients: [address] }))?.id, id);
  assert.equal(await sentEmail(db, mine, { ...otherwise, recipients: ['former@acmecorp.com'] }), undefined);
  assert.equal(await markBounced(db, stranger, id, at), false);
  assert.equal(await markUnmailable(db, mine, { address, why: 'unsubscribed', at }), true);
  assert.equal(await markUnmailable(db, mine, { address, why: 'unsubscribed', at }), false);
  assert.equal(await hasUnsubscribed(db, stranger, address), false);
  const to = { workspaceId: stranger, handoffId, leadId, address, since: at };
  const nothing = { answered: false, byRep: false, unsubscribed: false, bounced: false };
  assert.deepEqual(await mailedBefore(db, to), nothing);
  const known = { ...nothing, answered: true, unsubscribed: true };
  assert.deepEqual(await mailedBefore(db, { ...to, workspaceId: mine }), known);
  assert.equal((await answerByToken(db, 'token'))?.workspaceId, mine);
}

/** What was done, and drawn, in one workspace is news in another. */
async function tryIdempotencyKeys(db: Db, mine: string, stranger: string): Promise<void> {
  const later = (milliseconds: number) => new Date(at.getTime() + milliseconds);
  const deed = { key: 'view:V1', at, abandoned: later(-1) };
  assert.equal(await beginOnce(db, mine, deed), true);
  await finishOnce(db, mine, deed.key, '{"kind":"done"}');
  assert.equal(await beginOnce(db, mine, { ...deed, abandoned: later(1) }), false, 'it came to its end');
  assert.equal(await onceOutcome(db, stranger, deed.key), undefined);
  assert.equal(await beginOnce(db, stranger, deed), true);
  assert.equal(await beginOnce(db, stranger, deed), false, 'it is under way');
  assert.equal(await beginOnce(db, stranger, { ...deed, abandoned: later(1) }), true, 'it was given up');
  await finishOnce(db, stranger, deed.key, '{"kind":"theirs"}');
  await forgetKey(db, stranger, deed.key);
  assert.deepEqual(await onceOutcome(db, mine, deed.key), { kind: 'done' });
  assert.equal(await beginOnce(db, mine, { ...deed, since: later(1) }), true, 'a press of long ago');
  assert.equal(await onceOutcome(db, mine, deed.key), undefined);
  assert.deepEqual([await forgetOldKeys(db, at), await forgetOldKeys(db, later(1))], [0, 1]);

  const books = (workspaceId: string) => effectsOf(db, { workspaceId, vendor: 'crm', clock: { now: () => at } });
  const made = (id: string) => ({ make: async () => id, find: async () => undefined });
  assert.deepEqual(await books(mine).once('lead:1', made('mine')), { id: 'mine', created: true });
  assert.equal(await books(stranger).made('lead:1'), undefined);
  assert.deepEqual(await books(stranger).once('lead:1', made('theirs')), { id: 'theirs', created: true });
  assert.deepEqual(await books(mine).once('lead:1', made('twice')), { id: 'mine', created: false });
  assert.equal(await forgetOldEffects(db, later(1)), 2);

  const done = { state: 'a', notice: 'done' };
  const now = at;
  assert.deepEqual(await beginHome(db, mine, 'U1', { ...done, now }), { landed: 0, ...done });
  assert.equal(await landHome(db, mine, 'U1', null), 1);
  const late = { state: 'c', notice: null, now };
  const gone = await beginHome(db, mine, 'U1', late, ['b']);
  assert.deepEqual(gone, { landed: 1, ...done }, 'who went elsewhere since stays there, with what was said to them');
  assert.equal((await beginHome(db, mine, 'U1', { state: 'c', notice: 'more', now }, ['b'])).notice, 'more');
  const next = { state: 'b', notice: null };
  assert.deepEqual(await beginHome(db, mine, 'U1', { ...next, now }, ['a']), { landed: 1, ...next });
  assert.equal((await beginHome(db, stranger, 'U9', late, ['a'])).state, 'c', 'nobody was anywhere yet');
  assert.equal((await beginHome(db, stranger, 'U1', { state: 'theirs', notice: 'theirs', now: at })).landed, 0);
  assert.equal(await landHome(db, mine, 'U1', null), 2);
  assert.deepEqual(await beginHomeAgain(db, mine, 'U1', now), { landed: 2, ...next }, 'what was wanted last counts');
}

/** What is kept and told of one person's log-in is nobody else's, there or in another workspace. */
async function tryPersonalLogins(db: Db, mine: string, stranger: string): Promise<void> {
  const key = (workspaceId: string) => ({ workspaceId, vendor: 'other', holder: 'marcus@example.com' });
  assert.equal(await firstOffer(db, key(mine), at), true);
  assert.equal(await firstOffer(db, key(mine), at), false, 'nobody is asked twice');
  assert.equal(await firstOffer(db, key(stranger), at), true);
  assert.equal(await firstLapse(db, key(mine), at), true);
  assert.equal(await firstLapse(db, key(mine), at), false);
  assert.equal(await firstLapse(db, key(mine), new Date(at.getTime() + 1)), true, 'another log-in');
  await declineOffer(db, key(stranger), at);
  const login = { tokens: { accessToken: 'a' }, account: '005', tenant: '00D', connectedBy: 'marcus@example.com', at };
  await saveCredential(db, KEYS, key(mine), login);
  await saveCredential(db, KEYS, { ...key(mine), holder: '' }, login);
  assert.deepEqual(await personalLoginHolders(db, stranger), []);
  await db.transaction(trx => erasePersonalLogin(trx, key(stranger)));
  assert.deepEqual(await personalLoginHolders(db, mine), [
    { vendor: 'other', holder: 'marcus@example.com', status: 'active' },
  ]);
  await db.transaction(trx => erasePersonalLogin(trx, key(mine)));
  assert.deepEqual(await personalLoginHolders(db, mine), []);
  assert.equal(
    (await db('credentials').where({ workspace_id: mine, vendor: 'other' })).length,
    1,
    'the workspace’s own stays',
  );
  await db('credentials').where({ workspace_id: mine, vendor: 'other' }).delete();
}

/** One row at least in every table of the workspace. */
async function fill(db: Db, workspaceId: string): Promise<{ handoffId: string; leadId: string }> {
  const handoffId = randomUUID();
  await rememberConnection(db, workspaceId, { vendor: 'hubspot', role: 'source' }, at);
  const login = { workspaceId, vendor: 'salesforce', holder: '' };
  const ofDana = { account: '005', tenant: '00D', connectedBy: 'dana@example.com', at };
  await saveCredential(db, KEYS, login, { tokens: { accessToken: 'mine' }, ...ofDana });
  const ticket = { askedBy: 'dana@example.com', ticketHash: 'hash', at, expiresAt: at, forgetBefore: at };
  await openAttempt(db, login, ticket);
  await savePlaybook(db, workspaceId, { yaml: 'version: 1', author: 'test', note: '', at });
  await storeSignals(
    db,
    workspaceId,
    {
      source: 'hubspot',
      signals: [{ contactId: '1', occurredAt: at.toISOString(), via: 'webhook', dedupeKey: 'k' }],
      receivedAt: at,
    },
    processSignals,
  );
  await storeManual(
    db,
    workspaceId,
    { key: 'k', lead: { email: 'sam@acme.com' }, byEmail: 'dana@example.com', byName: 'Dana', bySlackId: 'U2', at },
    processSignals,
  );
  const lead = await lockLead(db, workspaceId, 'emma@acmecorp.com', 'Emma Thompson', at);
  const settled = settleSignal(db, workspaceId, {
    inboxId: 0,
    outcome: '',
    at,
    contact: { source: 'hubspot', contactId: '1', leadId: lead.id, score: { value: 63, at } },
  });
  await changeAndEnqueue(db, { changes: settled });
  await rememberSlackPerson(db, workspaceId, 'marcus@example.com', { slackId: 'U1', active: true }, at);
  await addAbsence(db, workspaceId, { email: 'marcus@example.com', from: at, until: null, note: '' });
  await saveTurn(db, workspaceId, { team: 'sdr', credits: { 'marcus@example.com': 0.5 }, taken: 'marcus@example.com' });
  await rememberCompanyFacts(db, workspaceId, 'clearbit', 'acmecorp.com', {
    answer: { kind: 'none' },
    fetchedAt: at,
    expiresAt: at,
  });
  await notice(db, workspaceId, { key: 'k', text: 'x' }, at);
  await seenBefore(db, workspaceId, 'event-1', at);
  await insertHandoff(db, {
    id: handoffId,
    workspaceId,
    leadId: lead.id,
    source: 'hubspot',
    contactId: '1',
    state: 'assigned',
    playbookVersion: 1,
    crossedAt: at,
    seenAt: at,
    openedAt: at,
    assignedAt: at,
    claimedAt: null,
    score: 63,
    priority: 'HIGH',
    team: 'sdr',
    repEmail: 'marcus@example.com',
    claimedBy: null,
    facts: {},
    judgement: { company: { name: 'Acme' } } as never,
    decision: null,
    recordState: 'pending',
    recordKind: null,
    recordId: null,
    recordNote: null,
    recordedAt: null,
    deliveredAt: null,
    ...UNTOUCHED,
  });
  await recordEntries(db, { workspaceId, leadId: lead.id, handoffId }, { kind: 'assigned', at, text: 'x' });
  await recordEntries(db, { workspaceId, leadId: lead.id }, { kind: 'not_crossed', at, text: 'x' });
  await parkJob(db, {
    workspaceId,
    job: 'handoff.record',
    payload: { workspaceId, handoffId },
    reason: 'no',
    verdict: 'refused',
    reference: 'r',
    at,
  });
  return { handoffId, leadId: lead.id };
}
