/** What the stand-ins of tools with sequences have in common: users, sequences, people, and who is in which. */
import { Router } from 'express';
import { z } from 'zod';
import { read } from './control.ts';

export interface Member {
  id: string;
  person: string;
  sequence: string;
  /** The user, or the mailbox. */
  sender: string;
  /** Nothing is sent any more. */
  isOver: boolean;
  repliedAt?: string;
}

export interface SequenceTool {
  /** `id` is the user's, or the mailbox's. */
  users: { id: string; email: string; active: boolean }[];
  sequences: { id: string; name: string; active: boolean }[];
  people: ({ id: string; email: string } & Record<string, unknown>)[];
  members: Member[];
}

export const emptyTool = (): SequenceTool => ({ users: [], sequences: [], people: [], members: [] });

export const memberOf = (tool: SequenceTool, person: string, sequence: string): Member | undefined =>
  tool.members.find(one => one.person === person && one.sequence === sequence && !one.isOver);

/** As many as there are, from 1 on, as text of the vendor's look. */
export const nextId = (all: readonly unknown[], like: (n: number) => string = String): string => like(all.length + 1);

const userInput = z.strictObject({ email: z.string(), active: z.boolean().default(true) });
const sequenceInput = z.strictObject({ name: z.string(), active: z.boolean().default(true) });
const endInput = z.strictObject({ email: z.string(), replied: z.boolean().default(false) });

/** Buttons: users and sequences are made, a lead replies, somebody there takes them out; and who is in which. */
export function sequenceControl(
  tool: () => SequenceTool,
  { like, now }: { like?: (n: number) => string; now: () => Date },
): Router {
  const router = Router();
  router.post('/users', (req, res) => {
    const given = read(userInput, req.body, res);
    if (!given) return;
    tool().users.push({ id: nextId(tool().users, like), ...given });
    res.json(tool().users.at(-1));
  });
  router.post('/sequences', (req, res) => {
    const given = read(sequenceInput, req.body, res);
    if (!given) return;
    tool().sequences.push({ id: nextId(tool().sequences, like), ...given });
    res.json(tool().sequences.at(-1));
  });
  router.get('/sequences', (_req, res) => {
    const { members, people, sequences, users } = tool();
    res.json(
      members
        .filter(({ isOver }) => !isOver)
        .map(one => ({
          email: people.find(({ id }) => id === one.person)?.email,
          sequence: sequences.find(({ id }) => id === one.sequence)?.name,
          by: users.find(({ id }) => id === one.sender)?.email,
        })),
    );
  });
  router.get('/people', (_req, res) => void res.json(tool().people));
  router.post('/sequences/end', (req, res) => {
    const given = read(endInput, req.body, res);
    if (!given) return;
    const person = tool().people.find(({ email }) => email === given.email);
    const member = tool().members.find(one => one.person === person?.id && !one.isOver);
    if (!member) return void res.status(404).json({ error: 'in no sequence' });
    member.isOver = true;
    if (given.replied) member.repliedAt = now().toISOString();
    res.json({});
  });
  return router;
}
