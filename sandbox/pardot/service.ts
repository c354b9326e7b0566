import type { Request, Response } from 'express';
import { keyBelow } from '../coverage.ts';
import type { Handler, Sample, ServiceFactory } from '../service.ts';
import { controlRoutes } from './control.ts';
import { coverage } from './coverage.ts';
import { Refusal, send } from './errors.ts';
import { CLIENT, createLogin } from './login.ts';
import { objectHandlers } from './objects-api.ts';
import { prospectHandlers, type UnitHandler } from './prospects-api.ts';
import { createUnit, type Unit } from './unit.ts';

export const UNIT = '0Uv000000000001AAA';
/** That of the Salesforce stand-in: its connector writes there. */
const ORG = '00DHs0000Baton1MQA';

/** Account Engagement: API v5, its log-in, and what its connector's flow tells, of one business unit or as many as are made. */
export const pardot: ServiceFactory = context => {
  const units = new Map<string, Unit>();
  const add = (id: string): Unit => {
    const unit = createUnit(context, id, ORG);
    units.set(id, unit);
    return unit;
  };
  add(UNIT);
  const login = createLogin(context, () => [...units.values()]);

  /** Token, then business unit, then limits, then rights. */
  const admitted =
    (work: UnitHandler): Handler =>
    (req, res) => {
      try {
        login.check(req);
        const unit = unitOf(req);
        const usage = unit.admit();
        if (req.headers['x-return-api-usage'] !== undefined) res.set('x-api-usage', usage);
        if (unit.settings.denied.some(part => req.path.split('/').includes(part))) {
          throw new Refusal(403, 46, 'This API user lacks sufficient permissions for the requested operation');
        }
        work(unit, req, res);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        send(res, error);
      }
    };

  function unitOf(req: Request): Unit {
    const id = req.headers['pardot-business-unit-id'];
    if (id === undefined) {
      throw new Refusal(400, 181, 'A required header is missing: Pardot-Business-Unit-Id header not found on request.');
    }
    if (!/^0Uv[0-9A-Za-z]{15}$/.test(String(id))) throw new Refusal(400, 182, 'Invalid header value');
    const unit = units.get(String(id));
    if (unit) return unit;
    throw new Refusal(403, 201, 'Business Unit specified in Pardot-Business-Unit-Id header not found or inactive.');
  }

  const api = Object.entries({ ...prospectHandlers, ...objectHandlers });
  return {
    name: 'pardot',
    coverage,
    handlers: {
      ...login.handlers,
      ...Object.fromEntries(api.map(([endpoint, work]) => [keyBelow('/api/v5', endpoint), admitted(work)])),
    },
    otherwise: (_req: Request, res: Response) => {
      res.status(404).json({ code: 198, message: 'Endpoint not found' });
    },
    sample: () => sampleOf(units.get(UNIT) as Unit, login.token()),
    control: controlRoutes({ all: units, add, expire: everything => login.expire(everything) }),
    reset() {
      // What they still have to deliver is nobody's any more.
      for (const { connector } of units.values()) void connector.close();
      units.clear();
      login.clear();
      add(UNIT);
    },
    env: base => ({
      PARDOT_LOGIN_URL: base,
      PARDOT_API_URL: base,
      PARDOT_CLIENT_ID: CLIENT.id,
      PARDOT_CLIENT_SECRET: CLIENT.secret,
      PARDOT_BUSINESS_UNIT_ID: UNIT,
    }),
    undelivered: () =>
      [...units.values()].reduce((sum, { connector }) => {
        const { waiting, underWay } = connector.state();
        return sum + waiting + underWay;
      }, 0),
    async close() {
      await Promise.all([...units.values()].map(({ connector }) => connector.close()));
    },
  };
};

function sampleOf(unit: Unit, token: string): Sample {
  const { id } = unit.create({ email: 'sample@example.com' });
  const headers = { authorization: `Bearer ${token}`, 'pardot-business-unit-id': unit.id };
  const ofList = { id: '5501' };
  return { headers, params: { id: String(id) }, except: { 'GET /api/v5/objects/lists/:id': ofList } };
}
