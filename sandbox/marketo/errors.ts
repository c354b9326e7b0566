import { randomBytes } from 'node:crypto';
import type { Response } from 'express';

/** A refusal of the whole call: Marketo answers it with 200, and says why in `errors`. */
export class Refusal extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Why one record of a call was passed over. */
export interface Reason {
  code: string;
  message: string;
}

export const badValue = (message: string): Refusal => new Refusal('1003', message);
export const noSuchField = (name: string): Refusal => new Refusal('1006', `Field '${name}' not found`);
export const notFound = (): Refusal => new Refusal('610', 'Requested resource not found');

/** Differs from call to call, as support asks for it. */
const requestId = () => `${randomBytes(2).toString('hex')}#${randomBytes(5).toString('hex')}`;

export function succeed(res: Response, answer: object): void {
  res.status(200).json({ requestId: requestId(), success: true, ...answer });
}

export function send(res: Response, { code, message }: Refusal): void {
  res.status(200).json({ requestId: requestId(), success: false, errors: [{ code, message }] });
}
