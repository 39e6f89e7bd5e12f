import { describe, expect, test } from 'vitest';
import { mapGitHub } from '../../../../src/web/ingest/mappers/github.ts';
import { alertsOf, NOW } from './support.ts';

const repository = {
  id: 300_029_405,
  full_name: 'octo-org/octo-repo',
  html_url: 'https://github.com/octo-org/octo-repo',
};
const sender = { login: 'Codertocat' };

const workflowRun = (run: object) => ({
  action: 'completed',
  repository,
  sender,
  workflow: { id: 2_823_525, name: 'test', path: '.github/workflows/test.yml', state: 'active' },
  workflow_run: {
    id: 289_782_451,
    name: 'test',
    status: 'completed',
    conclusion: 'failure',
    event: 'push',
    head_branch: 'main',
    head_repository: repository,
    head_sha: '3484a3fb816e0859fd6e1cea078d76385ff50625',
    display_title: 'build: check the payload',
    html_url: 'https://github.com/octo-org/octo-repo/actions/runs/289782451',
    updated_at: '2026-01-31T08:59:00Z',
    ...run,
  },
});

const FAILED = {
  labels: { alertname: 'GitHubWorkflow', repository: 'octo-org/octo-repo', workflow: 'test', branch: 'main' },
  annotations: { summary: 'test of octo-org/octo-repo failed on main', description: 'build: check the payload' },
  startsAt: '2026-01-31T08:59:00.000Z',
  generatorURL: 'https://github.com/octo-org/octo-repo/actions/runs/289782451',
};

describe('a run of a workflow', () => {
  test('that failed fires', () => {
    expect(alertsOf(mapGitHub, workflowRun({}), 'workflow_run')).toEqual([FAILED]);
  });

  test('that succeeded resolves the alert of its workflow and branch', () => {
    const [alert] = alertsOf(mapGitHub, workflowRun({ conclusion: 'success' }), 'workflow_run');
    expect(alert).toMatchObject({ labels: FAILED.labels, endsAt: '2026-01-31T08:59:00.000Z' });
  });

  test('from a fork is another alert, so that a proposal from its branch main resolves nothing', () => {
    const run = { conclusion: 'success', head_repository: { full_name: 'eve/octo-repo' } };
    const [alert] = alertsOf(mapGitHub, workflowRun(run), 'workflow_run');
    expect(alert?.labels).toEqual({ ...FAILED.labels, fork: 'eve/octo-repo' });
  });

  test.each(['timed_out', 'startup_failure'])('that ended with %s fires', (conclusion) => {
    expect(alertsOf(mapGitHub, workflowRun({ conclusion }), 'workflow_run')).toEqual([FAILED]);
  });

  test.each(['cancelled', 'skipped', 'neutral', 'action_required', 'stale', null])(
    'that ended with %s changes nothing',
    (conclusion) => {
      expect(mapGitHub(workflowRun({ conclusion }), { now: NOW, event: 'workflow_run' })).toEqual({
        ignored: `A run with the conclusion ${JSON.stringify(conclusion)} neither fires nor resolves an alert.`,
      });
    },
  );
});

const deploymentStatus = (state: string) => ({
  deployment_status: {
    state,
    description: 'The container did not start',
    log_url: 'https://ci.example.org/7',
    updated_at: '2026-01-31T08:59:00Z',
  },
  deployment: { environment: 'production', ref: 'v1.2' },
  repository,
  sender,
});

test('a deployment that failed fires, and the next one that succeeded resolves it', () => {
  const labels = { alertname: 'GitHubDeployment', repository: 'octo-org/octo-repo', environment: 'production' };
  expect(alertsOf(mapGitHub, deploymentStatus('failure'), 'deployment_status')).toEqual([
    {
      labels,
      annotations: {
        summary: 'Deployment of octo-org/octo-repo to production failed',
        description: 'The container did not start',
      },
      startsAt: '2026-01-31T08:59:00.000Z',
      generatorURL: 'https://ci.example.org/7',
    },
  ]);
  const at = '2026-01-31T08:59:00.000Z';
  expect(alertsOf(mapGitHub, deploymentStatus('success'), 'deployment_status')).toMatchObject([{ labels, endsAt: at }]);
  for (const state of ['pending', 'in_progress', 'queued', 'inactive']) {
    expect(mapGitHub(deploymentStatus(state), { now: NOW, event: 'deployment_status' })).toHaveProperty('ignored');
  }
});

const dependabot = (action: string) => ({
  action,
  alert: {
    number: 20,
    state: 'open',
    dependency: { package: { ecosystem: 'npm', name: 'semver' }, manifest_path: 'package-lock.json' },
    security_advisory: { ghsa_id: 'GHSA-c2qf-rxjj-qqgw', summary: 'semver vulnerable to ReDoS', severity: 'medium' },
    html_url: 'https://github.com/octo-org/octo-repo/security/dependabot/20',
  },
  repository,
  sender,
});

const codeScanning = (action: string) => ({
  action,
  alert: {
    number: 10,
    html_url: 'https://github.com/octo-org/octo-repo/security/code-scanning/10',
    rule: { id: 'java/sql-injection', severity: 'error', description: 'Query built from user-controlled sources' },
    tool: { name: 'CodeQL' },
  },
  ref: 'refs/heads/main',
  repository,
  sender,
});

const secretScanning = (action: string) => ({
  action,
  alert: {
    number: 191,
    secret_type: 'mailchimp_api_key',
    secret_type_display_name: 'Mailchimp API key',
    secret: 'very-secret',
    html_url: 'https://github.com/octo-org/octo-repo/security/secret-scanning/191',
  },
  repository,
  sender,
});

describe('a finding', () => {
  test.each([
    ['dependabot_alert', dependabot, 'GitHubDependabot', 'semver vulnerable to ReDoS in octo-org/octo-repo'],
    [
      'code_scanning_alert',
      codeScanning,
      'GitHubCodeScanning',
      'Query built from user-controlled sources in octo-org/octo-repo',
    ],
    ['secret_scanning_alert', secretScanning, 'GitHubSecretScanning', 'Mailchimp API key in octo-org/octo-repo'],
  ] as const)('of %s fires when it appears and is over when it is fixed', (event, make, alertname, summary) => {
    const [fires] = alertsOf(mapGitHub, make('created'), event);
    expect(fires).toMatchObject({ labels: { alertname, repository: 'octo-org/octo-repo' }, annotations: { summary } });
    expect(fires).not.toHaveProperty('endsAt');
    const [over] = alertsOf(mapGitHub, make('fixed'), event);
    expect(over).toMatchObject({ labels: fires?.labels, endsAt: '2026-01-31T09:00:00.000Z' });
    expect(mapGitHub(make('assigned'), { now: NOW, event })).toHaveProperty('ignored');
  });

  test('tells the severity of an advisory, and never a secret', () => {
    expect(alertsOf(mapGitHub, dependabot('created'), 'dependabot_alert')[0]?.annotations.severity).toBe('medium');
    expect(JSON.stringify(alertsOf(mapGitHub, secretScanning('created'), 'secret_scanning_alert'))).not.toContain(
      'very-secret',
    );
  });
});

test.each(['ping', 'push', 'issues', 'pull_request', 'release', 'check_run'])('the event %s is ignored', (event) => {
  expect(mapGitHub({ zen: 'Keep it logically awesome.' }, { now: NOW, event })).toEqual({
    ignored: `The event ${event} neither fires nor resolves an alert.`,
  });
});

test('a request without the header of the event, or with another payload, is refused', () => {
  expect(() => mapGitHub(workflowRun({}), { now: NOW })).toThrow('X-GitHub-Event: the header is missing.');
  expect(() => mapGitHub({ action: 'completed' }, { now: NOW, event: 'workflow_run' })).toThrow(
    'repository: this field is required.',
  );
});
