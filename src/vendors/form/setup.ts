/** What to put into pages and tools so that their forms reach Baton. Pure. */
import type { HookSetup } from '../../contracts/hook.ts';

/**
 * @param address `https://baton.example.com/hooks/HOOK_KEY/form`: secret, for tools and servers alone
 * @param formKey what pages hold instead
 */
export function formSetup(address: string, formKey: string): HookSetup {
  const [, origin = ''] = /^(https?:\/\/[^/]+.*?)\/hooks\/[^/]+\//.exec(address) ?? [];
  return {
    steps: [
      'Name your pages in the playbook (*Set-up › Playbook › Export YAML*, then *Import YAML*): `capture.allowed_origins`, such as `https://www.your-company.com`. Forms of other pages are refused.',
      'Put the snippet into them, before `</body>`. It hears embedded forms of your marketing platform and any other form with an e-mail field.',
      'Forms without the snippet: post them to the page address. Form tools and your own servers use the secret address, which must not stand in a page.',
      'Say there which answers make an MQL: `capture.mql_when`. Without it whoever sends a form is kept, and nobody is handed to sales by a form alone.',
    ],
    values: [
      { label: 'Snippet for your pages', value: `<script src="${origin}/form.js?key=${formKey}" defer></script>` },
      { label: 'Page address', value: `${origin}/hooks/${formKey}/form` },
      { label: 'Address for tools and servers', value: address, secret: true },
    ],
  };
}
