import type { Response } from 'express';

/** A refusal, in whichever of the vendor's two shapes. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: object;

  constructor(status: number, body: object) {
    super(JSON.stringify(body));
    this.status = status;
    this.body = body;
  }
}

export const nobody = (id: string): Refusal =>
  new Refusal(404, { message: `No Result found for Subscriber with id ${id}` });

export const forbidden = (message = 'You are not authorized to access this resource'): Refusal =>
  new Refusal(403, { message });

export const missing = (attribute: string): Refusal =>
  new Refusal(422, {
    errors: [{ status: 422, title: 'Missing attribute', source: { pointer: `/data/attributes/${attribute}` } }],
  });

export const invalid = (detail: string, attribute: string): Refusal =>
  new Refusal(422, {
    errors: [
      { title: 'Invalid attribute', detail, code: 'invalid', source: { pointer: `/data/attributes/${attribute}` } },
    ],
  });

export const notFound = (detail: string): Refusal =>
  new Refusal(404, { errors: [{ status: 404, title: 'Not Found', detail }] });

export function send(res: Response, { status, body }: Refusal): void {
  res.status(status).json(body);
}
