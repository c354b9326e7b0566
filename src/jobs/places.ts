/**
 * Who has how many of a process's places for jobs. A workspace may take another only while it has fewer than are free, and
 * half of the difference at most: alone it has half of all, whoever comes next half of the rest, and so on. So one whose
 * vendor hangs, or has a burst, never leaves nothing to others, and nothing is reserved for who is not there.
 */
export interface Places {
  /** Not taken. */
  free(): number;
  /** How many each workspace has that has any. */
  taken(): ReadonlyMap<string, number>;
  /** Workspaces that may take no more for now. */
  full(): string[];
  take(jobId: string, workspaceId: string): void;
  /** The job has no place any more. @returns whether it had one */
  leave(jobId: string): boolean;
}

/** @param all how many there are */
export function places(all: number): Places {
  const workspaceOf = new Map<string, string>();
  const taken = new Map<string, number>();
  const free = () => Math.max(0, all - workspaceOf.size);

  function count(workspaceId: string, more: number): void {
    const now = (taken.get(workspaceId) ?? 0) + more;
    if (now > 0) taken.set(workspaceId, now);
    else taken.delete(workspaceId);
  }

  return {
    free,
    taken: () => taken,
    full: () => [...taken].flatMap(([workspaceId, has]) => (has >= free() ? [workspaceId] : [])),
    take(jobId, workspaceId) {
      if (workspaceOf.has(jobId)) return;
      workspaceOf.set(jobId, workspaceId);
      count(workspaceId, 1);
    },
    leave(jobId) {
      const workspaceId = workspaceOf.get(jobId);
      if (workspaceId === undefined) return false;
      workspaceOf.delete(jobId);
      count(workspaceId, -1);
      return true;
    },
  };
}
