/** What both ways of a form's have in common: its body, and that it is kept before it is answered. */
import type { Request } from 'express';
import type { Signal } from '../../contracts/source.ts';
import { joined } from '../../domain/form/body.ts';
import { BadInput } from '../../lib/errors.ts';
import type { SignalIntake } from '../signal-intake.ts';

/** As it is called in addresses, and among the sources. */
export const SENDER = 'form';

/** One round trip, shared with whoever waits at that moment; answers how many are new. */
export const keepForms = (intake: SignalIntake, workspaceId: string, signals: readonly Signal[], receivedAt: Date) =>
  intake.keep({ workspaceId, source: SENDER, signals, receivedAt });

/**
 * A multipart form as the JSON it could have been; files in it are left out.
 * @throws BadInput when it is cut short
 */
export async function plainBody(request: Request): Promise<Buffer> {
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const type = request.get('content-type') ?? '';
  if (!/^multipart\/form-data/i.test(type)) return body;
  const form = await new globalThis.Response(new Uint8Array(body), { headers: { 'content-type': type } })
    .formData()
    .catch(() => {
      throw new BadInput('The multipart body cannot be read.');
    });
  const texts = [...form].flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : []));
  return Buffer.from(JSON.stringify(joined(texts)));
}
