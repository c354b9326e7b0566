/** What is counted of a process's work. No label names a workspace: each would be ten thousand series of its own. */
import type { Priority } from '../domain/decision.ts';

export interface Metrics {
  /** A signal was read. `outcome`: handed_off, below, repeated … */
  signal(source: string, outcome: string): void;
  /** A handoff was opened. `outcome`: assigned, held, nurture. */
  handoff(priority: Priority, outcome: string): void;
  /** From crossing to the first card. */
  delivered(seconds: number): void;
  /** From crossing to the first touch. */
  touched(seconds: number): void;
  /** `outcome`: done, or what became of it: postpone, park, retry … */
  job(name: string, outcome: string, seconds: number): void;
  /** From when a job was due until it began. */
  jobWaited(priority: string, seconds: number): void;
  /** A vendor was asked. `operation`: contact, write, post …; `outcome`: ok, or the class of the failure. */
  call(service: string, operation: string, outcome: string, seconds: number): void;
}
