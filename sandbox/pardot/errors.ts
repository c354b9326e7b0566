import type { Response } from 'express';

/** A refusal: the code says what is wrong, the status little. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: number;

  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export const nobody = (): Refusal => new Refusal(404, 109, 'The requested record was not found.');
export const missing = (name: string): Refusal =>
  new Refusal(400, 13, `One or more required parameters are missing: ${name}`);
export const invalidParameter = (name: string): Refusal => new Refusal(400, 5, `Invalid query parameters: ${name}`);
export const invalidFields = (names: readonly string[]): Refusal =>
  new Refusal(400, 224, `Invalid fields for request type: ${names.join(', ')}`);
export const invalidProperty = (name: string): Refusal => new Refusal(400, 154, `Invalid property in request: ${name}`);

export function send(res: Response, { status, code, message }: Refusal): void {
  res.status(status).json({ code, message });
}
