/** Are the sequences of the playbook there, in a tool that is connected? */
import type { Playbook } from '../../config/playbook.ts';
import type { SetupFinding } from '../../contracts/crm-setup.ts';
import { type Sequencer, sequenceNamed } from '../../contracts/sequencer.ts';
import { failureReason } from '../../domain/failure-words.ts';
import { serviceName } from '../../domain/service-name.ts';
import { Failure } from '../../lib/errors.ts';

const PRIORITIES = ['HIGH', 'MEDIUM', 'LOW'] as const;

/**
 * Nothing where the playbook names no tool. One call a hundred sequences; a tool that does not answer is a finding, too.
 * @param connect what to do where it is not connected
 */
export async function sequenceFindings(
  { follow_up: { sequences } }: Pick<Playbook, 'follow_up'>,
  sequencer: Sequencer | undefined,
  connect = 'Connect it on Baton’s Home.',
): Promise<SetupFinding[]> {
  if (!sequences) return [];
  const about = serviceName(sequences.tool);
  if (!sequencer) {
    return [{ about, level: 'problem', what: `${about} is not connected, so no sequence is offered`, fix: connect }];
  }
  try {
    const found = await sequencer.sequences();
    return PRIORITIES.flatMap(priority => {
      const name = sequences[priority];
      return name ? [findingOf(about, name, sequenceNamed(found, name).length)] : [];
    });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [{ about, level: 'problem', what: `The sequences of ${about} cannot be read: ${failureReason(error)}` }];
  }
}

function findingOf(about: string, name: string, count: number): SetupFinding {
  if (count === 1) return { about, level: 'fine', what: `The sequence “${name}” is there` };
  return count === 0
    ? {
        about,
        level: 'problem',
        what: `${about} has no running sequence “${name}”`,
        fix: 'Name one that runs there in follow_up.sequences.',
      }
    : {
        about,
        level: 'problem',
        what: `${about} has ${count} sequences “${name}”`,
        fix: 'Put the id of one into follow_up.sequences.',
      };
}
