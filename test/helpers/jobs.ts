/** Work and time, for stories. */
import { answerLead } from '../../src/handoff/reply/answer-lead.ts';
import { followSequences } from '../../src/handoff/sequences/follow.ts';
import { probeAway, probePaused, replayParked } from '../../src/jobs/parked.ts';
import { enqueue, type NewJob } from '../../src/jobs/queue.ts';
import { lookForReturns, pollCrmEvents, pollSource, watchBookings } from '../../src/jobs/requests.ts';
import { MINUTE } from '../../src/lib/clock.ts';
import { lookForSilence } from '../../src/reports/silence.ts';
import { sweep } from '../../src/sla/sweep.ts';
import { jobsDueSoon, sweepsEnded } from './database-questions.ts';
import type { System } from './system.ts';
import { until } from './until.ts';

/** Asks for work as Baton does, and waits until it and all that follows is done. */
async function work(baton: System, job: NewJob): Promise<void> {
  await enqueue(baton.app.deps.db, job);
  await baton.settled();
}

/** Some worker shall ask Salesforce what is new. */
export const beginPollCrm = ({ app }: System): Promise<void> => enqueue(app.deps.db, pollCrmEvents(app.workspaceId));

/** Baton asks Salesforce what is new. */
export const pollCrm = (baton: System): Promise<void> => work(baton, pollCrmEvents(baton.app.workspaceId));

/** A quarter of an hour is over: whoever sends nothing is looked at. */
export async function silenceLookedFor(baton: System): Promise<void> {
  await lookForSilence(baton.app.deps);
  await untilIdle(baton);
}

/** Baton asks a source what is new. */
export const pollSourceOf = (baton: System, source: string): Promise<void> =>
  work(baton, pollSource(baton.app.workspaceId, source));

/** Baton asks HubSpot what is new. */
export const pollHubSpot = (baton: System): Promise<void> => pollSourceOf(baton, 'hubspot');

/** What is known of the lead by now is written to the CRM. */
export const writeRecord = (baton: System, handoffId: string): Promise<void> =>
  work(baton, { name: 'handoff.record', payload: { workspaceId: baton.app.workspaceId, handoffId } });

/** Another process takes the first answer of this lead over, as after a crash, and ends with it. */
export const takeOverAnswer = ({ app }: System, handoffId: string): Promise<void> =>
  answerLead(app.deps, { workspaceId: app.workspaceId, handoffId });

/** What was done about the lead is told to its source once more, as after a crash. */
export const feedBackTouch = (baton: System, touchId: string): Promise<void> =>
  work(baton, { name: 'feedback.touch', payload: { workspaceId: baton.app.workspaceId, touchId } });

/** Asks whether people who are out are back, as is done once an hour. */
export const lookForThoseBack = (baton: System): Promise<void> => work(baton, lookForReturns(baton.app.workspaceId));

/** A minute later Baton looks for the playbook's people at the vendors, and forgets who is none of them any more. */
export async function syncPeople({ app, clock }: System): Promise<void> {
  clock.move(MINUTE);
  const { workspaceId } = app;
  await enqueue(app.deps.db, { name: 'directory.sync', payload: { workspaceId }, key: `directory:${workspaceId}` });
}

/** Waits until nothing is left to do, also what waits for its place's next second. */
export async function untilIdle(baton: System): Promise<void> {
  await until('nothing waits for its turn', async () => {
    await baton.settled();
    return (await jobsDueSoon(baton)) === 0;
  });
}

/** Time passes, and Baton does what it promised for then, and all that follows. */
export async function timePasses(baton: System, milliseconds: number): Promise<void> {
  baton.clock.move(milliseconds);
  // Baton's own tick may be looking at the same leads, which this sweep then leaves to it.
  await sweepsEnded(baton);
  await sweep(baton.app.deps);
  await sweepsEnded(baton);
  await untilIdle(baton);
}

/** Time passes, and Baton sees how the sequences stand. */
export async function sequencesFollowed(baton: System, milliseconds = 0): Promise<void> {
  baton.clock.move(milliseconds);
  await followSequences(baton.app.deps);
  await untilIdle(baton);
}

/** A vendor whose log-in was refused is tried once more, with one job. */
export const tryPausedVendors = ({ app, clock }: System): Promise<number> => probePaused(app.deps.db, clock.now());

/** A vendor that did not answer is tried once more, with one job; answers how many jobs went. */
export const tryAwayVendors = ({ app, clock }: System): Promise<number> => probeAway(app.deps.db, clock.now());

/** An admin has everything done that was put aside. */
export const replayAll = ({ app, clock }: System): Promise<number> =>
  replayParked(app.deps.db, app.workspaceId, clock.now());

/** Baton looks whether a scheduler delivers its bookings. */
export const watchBookingsOf = (baton: System, vendor: string): Promise<void> =>
  work(baton, watchBookings(baton.app.workspaceId, vendor));
