/** Alerts and groups with usual fields. */
import type { Alert } from '../../../../src/core/alerts/alert.ts';
import type { AlertGroup } from '../../../../src/core/alerts/group.ts';
import type { RouteDecision } from '../../../../src/core/alerts/route-decision.ts';

export const ANN = { user: 'ann', uid: 1001 };

export const makeAlert = (more: Partial<Alert> = {}): Alert => ({
  fingerprint: 'a'.repeat(16),
  owner: ANN,
  labels: { alertname: 'DiskFull' },
  annotations: {},
  startsAt: 1000,
  updatedAt: 1000,
  source: 'socket',
  changes: [1000],
  groups: [],
  rules: '',
  ...more,
});

export const makeDecision = (more: Partial<RouteDecision> = {}): RouteDecision => ({
  route: 'defaults',
  to: ['owner'],
  template: 'alert',
  groupBy: ['alertname'],
  groupWaitMs: 30_000,
  groupIntervalMs: 300_000,
  repeatIntervalMs: 4 * 3_600_000,
  ackTimeoutMs: 4 * 3_600_000,
  resolveTimeoutMs: 300_000,
  notify: 'new',
  transient: 'drop',
  retryAttempts: 0,
  active: [],
  muted: [],
  ...more,
});

export const makeGroup = (more: Partial<AlertGroup> = {}): AlertGroup => ({
  id: 'g1',
  owner: ANN,
  labels: { alertname: 'DiskFull' },
  decision: makeDecision(),
  createdAt: 1000,
  version: 0,
  places: [],
  ...more,
});
