/** What all tools with sequences have in common: whom and what an enrolment needs is found in the same order, and refused in the same words. */
import {
  type Enrolling,
  type Enrolment,
  type EnrolmentTicket,
  type Prepared,
  type SequencePerson,
  type Sequencer,
  sequenceNamed,
} from '../contracts/sequencer.ts';
import { Ambiguous, Rejected } from '../lib/errors.ts';

/** Ids are the tool's own. */
export interface SequenceTool {
  /** The vendor's key, and how people write it. */
  name: string;
  label: string;
  prove(): Promise<void>;
  /** Those that run; `rep`: as this one sees them. */
  sequences(rep?: string): Promise<readonly { id: string; name: string }[]>;
  /** Who sends, by their address: an active user, with a mailbox where the tool asks for one. */
  rep(email: string): Promise<string | undefined>;
  person(email: string): Promise<string | undefined>;
  /** Asked only where `person` found nobody. Made twice it is one. `rep`: whose they are from then on, where people are somebody's. */
  makePerson(lead: SequencePerson, rep: string): Promise<string>;
  /** How the person stands in the sequence; undefined: they are not in it. @throws Rejected where something else keeps them out */
  membership(person: string, sequence: string): Promise<Enrolment | undefined>;
  enrol(ticket: EnrolmentTicket): Promise<Enrolment>;
  look(id: string): Promise<Enrolment>;
  /** Absent: nobody but a person can. */
  stop?(id: string): Promise<void>;
}

/** The contract, over one tool. `enrol`'s ticket has `sequence`, `person`, `rep` and `email`, the rep's address. */
export function sequencerOf(tool: SequenceTool): Sequencer {
  const { name, label } = tool;
  const rejected = (words: string, code: string) => new Rejected(`${label} ${words}`, { service: name, code });

  async function sequenceOf({ sequence: wanted, rep }: Enrolling, repId: string): Promise<string> {
    const [sequence, ...more] = sequenceNamed(await tool.sequences(repId), wanted);
    if (!sequence) throw rejected(`has no running sequence “${wanted}” that ${rep} may use`, 'NO_SEQUENCE');
    if (more.length === 0) return sequence.id;
    throw new Ambiguous(`${label} has several sequences “${wanted}”: name its id in the playbook`, {
      service: name,
      candidates: [sequence, ...more].map(({ id }) => id),
    });
  }

  async function prepare(asked: Enrolling): Promise<Prepared> {
    const [rep, known] = await Promise.all([tool.rep(asked.rep), tool.person(asked.lead.email)]);
    if (rep === undefined) throw rejected(`knows no active user with a mailbox at ${asked.rep}`, 'NO_USER');
    const sequence = await sequenceOf(asked, rep);
    const enrolment = known === undefined ? undefined : await tool.membership(known, sequence);
    if (enrolment?.state === 'active') return { kind: 'enrolled', enrolment };
    const person = known ?? (await tool.makePerson(asked.lead, rep));
    return { kind: 'ready', ticket: { sequence, person, rep, email: asked.rep } };
  }

  return {
    name,
    stops: tool.stop !== undefined,
    prove: () => tool.prove(),
    sequences: () => tool.sequences(),
    prepare,
    enrol: ticket => tool.enrol(ticket),
    look: id => tool.look(id),
    async stop(id) {
      if (!tool.stop) throw rejected('lets only people end a sequence', 'BY_HAND');
      await tool.stop(id);
    },
  };
}
