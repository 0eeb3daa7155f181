/**
 * What a dashboard may ask and get no answer while all is well, each with the reason. `inFault` ones have to have an answer
 * while payments fail.
 */

export interface Quiet {
  readonly reason: string
  readonly inFault: boolean
}

export const quietPanels: Readonly<Record<string, Quiet>> = {
  'Services overview / Alerts that fire or are about to / A': { reason: 'No alert fires.', inFault: true },
  'Service / marks / Alerts': { reason: 'No alert fires.', inFault: true },
  'Node.js runtime / marks / Alerts': { reason: 'No alert fires.', inFault: true },
  'Service / marks / Starts': { reason: 'Nothing started lately.', inFault: false },
  'Node.js runtime / marks / Starts': { reason: 'Nothing started lately.', inFault: false },
  'Service / Newest traces with an error / A': { reason: 'Nothing goes wrong.', inFault: true },
  'Logs / Most frequent errors / A': { reason: 'Nothing goes wrong.', inFault: true },
  'Logs / Routes with errors / A': { reason: 'Nothing goes wrong.', inFault: true },
  'Business / Restocks / A': { reason: 'No product has run low yet.', inFault: false },
}
