/** The pipelines every account has: of deals, and of leads where it has them. */
export interface Stage {
  id: string;
  label: string;
  displayOrder: number;
  /** Texts, all of them. */
  metadata: Record<string, string>;
}

export interface Pipeline {
  id: string;
  label: string;
  displayOrder: number;
  stages: Stage[];
}

const DEALS: [id: string, label: string, probability: string][] = [
  ['appointmentscheduled', 'Appointment Scheduled', '0.2'],
  ['qualifiedtobuy', 'Qualified To Buy', '0.4'],
  ['presentationscheduled', 'Presentation Scheduled', '0.6'],
  ['contractsent', 'Contract Sent', '0.9'],
  ['closedwon', 'Closed Won', '1.0'],
  ['closedlost', 'Closed Lost', '0.0'],
];
const LEADS: [id: string, label: string, state: string][] = [
  ['new-stage-id', 'New', 'NEW'],
  ['attempting-stage-id', 'Attempting', 'IN_PROGRESS'],
  ['connected-stage-id', 'Connected', 'IN_PROGRESS'],
  ['qualified-stage-id', 'Qualified', 'QUALIFIED'],
  ['unqualified-stage-id', 'Disqualified', 'UNQUALIFIED'],
];

/** A second pipeline of deals, whose stages have other ids. */
const PARTNERS: [id: string, label: string, probability: string][] = [
  ['900001', 'Introduced', '0.1'],
  ['900002', 'Signed', '1.0'],
];

const dealStages = (stages: typeof DEALS): Stage[] =>
  stages.map(([id, label, probability], displayOrder) => ({
    id,
    label,
    displayOrder,
    metadata: { isClosed: String(probability === '1.0' || probability === '0.0'), probability },
  }));

/** Fresh ones for an account. */
export const defaultPipelines = (): { deals: Pipeline[]; leads: Pipeline[] } => ({
  deals: [
    { id: 'default', label: 'Sales Pipeline', displayOrder: 0, stages: dealStages(DEALS) },
    { id: '900000', label: 'Partners', displayOrder: 1, stages: dealStages(PARTNERS) },
  ],
  leads: [
    {
      id: 'lead-pipeline-id',
      label: 'Lead pipeline',
      displayOrder: 0,
      stages: LEADS.map(([id, label, leadState], displayOrder) => ({
        id,
        label,
        displayOrder,
        metadata: { leadState },
      })),
    },
  ],
});

interface Options {
  options: string[];
  optionLabels: Record<string, string>;
}

const optionsOf = (all: readonly { id: string; label: string }[]): Options => ({
  options: all.map(({ id }) => id),
  optionLabels: Object.fromEntries(all.map(({ id, label }) => [id, label])),
});

export const pipelineOptions = (pipelines: readonly Pipeline[]): Options => optionsOf(pipelines);
export const stageOptions = (pipelines: readonly Pipeline[]): Options =>
  optionsOf(pipelines.flatMap(one => one.stages));
