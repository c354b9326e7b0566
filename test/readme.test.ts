/** What README says of the vendors is what their manifests say. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { VENDORS } from '../src/vendors/table.ts';
import type { Roles, Vendor } from '../src/vendors/vendor.ts';

const [BEGIN, END] = ['<!-- vendors -->\n', '<!-- /vendors -->\n'];

const ROLES: Record<keyof Roles, string> = {
  source: 'source',
  crm: 'CRM',
  enricher: 'enricher',
  mailer: 'mail',
  scheduler: 'meetings',
  sequencer: 'sequences',
  mailbox: 'people’s mailboxes',
};

/** How somebody connects it, by what its manifest declares. */
function connecting({ builtIn, roles, login, keys, advice }: Vendor): string {
  if (builtIn) return 'Always there.';
  if (Object.keys(roles).length === 0) return 'Not yet; playbooks may name it.';
  const typed = keys ? ' Or type the keys on Baton’s Home.' : '';
  return `${advice?.connect ?? ''}${typed}${login ? ' People may log in on Baton’s Home.' : ''}`;
}

function row(vendor: Vendor): string {
  const { label, roles, variables } = vendor;
  const cells = [
    label,
    (Object.keys(roles) as (keyof Roles)[]).map(role => ROLES[role]).join(', '),
    connecting(vendor),
    Object.keys(variables)
      .map(name => `\`${name}\``)
      .join(', '),
  ];
  return `| ${cells.map(cell => cell || '–').join(' | ')} |\n`;
}

const table = (vendors: readonly Vendor[]): string =>
  ['| vendor | roles | how it is connected | environment |\n', '|---|---|---|---|\n', ...vendors.map(row)].join('');

test("README's table of vendors is made from their manifests", () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const [, rest = '', ...more] = readme.split(BEGIN);
  assert.deepEqual(more, [], 'the table stands there once');
  const right = table(VENDORS);
  assert.ok(rest.split(END)[0] === right, `between ${BEGIN.trim()} and ${END.trim()} README.md must say:\n\n${right}`);
});

test('a vendor of any kind has its line', () => {
  const line = (vendor: Partial<Vendor>) => row({ name: 'x', label: 'X', roles: {}, variables: {}, ...vendor });
  const source = { make: () => undefined };
  assert.equal(line({}), '| X | – | Not yet; playbooks may name it. | – |\n');
  assert.equal(line({ roles: { source }, builtIn: true }), '| X | source | Always there. | – |\n');
  const advice = { connect: 'Set KEY.', refused: '' };
  const variables = { KEY: { schema: {} as never, help: '' } };
  const both = { roles: { source, crm: source }, advice, variables };
  assert.equal(line(both), '| X | source, CRM | Set KEY. | `KEY` |\n');
  assert.equal(
    line({ ...both, login: () => undefined }),
    '| X | source, CRM | Set KEY. People may log in on Baton’s Home. | `KEY` |\n',
  );
});
