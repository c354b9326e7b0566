/** The demo's page and the little API behind it. */
import { Router } from 'express';
import type { TimelineEntry } from '../src/domain/timeline.ts';

/** A line of the list of leads. */
export interface LeadSummary {
  handoffId?: string;
  name: string;
  email: string;
  company?: string;
  state: string;
  priority?: string;
  score?: number;
  fit?: number;
  rep?: string;
  team?: string;
  crossedAt: string;
  deliveredAt?: string;
  recordState?: string;
  outcome?: string;
}

export interface DemoDeps {
  sandboxUrl: string;
  leads(): Promise<LeadSummary[]>;
  story(handoffId: string): Promise<TimelineEntry[]>;
}

export function demoPage(deps: DemoDeps): Router {
  const router = Router();
  router.get('/demo/api/leads', async (_request, response) => {
    response.json({ leads: await deps.leads() });
  });
  router.get('/demo/api/leads/:id', async (request, response) => {
    response.json({ story: await deps.story(request.params.id) });
  });
  return router;
}
