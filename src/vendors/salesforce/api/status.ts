/** Is a lead with this status still open? Orgs rename their statuses, but the closed ones say so. */
export function isOpenStatus(status: unknown): boolean {
  return !/^(closed|converted|unqualified|disqualified|junk)\b/i.test(typeof status === 'string' ? status : '');
}
