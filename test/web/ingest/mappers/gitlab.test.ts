import { expect, test } from 'vitest';
import { mapGitLab } from '../../../../src/web/ingest/mappers/gitlab.ts';
import { alertsOf, NOW } from './support.ts';

const project = {
  id: 1,
  name: 'Gitlab Test',
  web_url: 'https://gitlab.example.org/gitlab-org/gitlab-test',
  path_with_namespace: 'gitlab-org/gitlab-test',
  default_branch: 'main',
};

const pipeline = (attributes: object, more: object = {}) => ({
  object_kind: 'pipeline',
  object_attributes: {
    id: 31,
    iid: 3,
    ref: 'main',
    tag: false,
    source: 'push',
    status: 'failed',
    detailed_status: 'failed',
    stages: ['build', 'test'],
    created_at: '2026-01-31 08:50:00 UTC',
    finished_at: '2026-01-31 08:59:00 UTC',
    duration: 63,
    url: 'https://gitlab.example.org/gitlab-org/gitlab-test/-/pipelines/31',
    ...attributes,
  },
  merge_request: null,
  user: { id: 1, name: 'Administrator' },
  project,
  commit: { id: 'bcbb5ec', title: 'Do the thing', message: 'Do the thing\n' },
  builds: [],
  ...more,
});
const LABELS = { alertname: 'GitLabPipeline', project: 'gitlab-org/gitlab-test', ref: 'main' };

test('a pipeline that failed fires, and the next one that succeeded resolves it', () => {
  expect(alertsOf(mapGitLab, pipeline({}))).toEqual([
    {
      labels: LABELS,
      annotations: { summary: 'Pipeline of gitlab-org/gitlab-test failed on main', description: 'Do the thing' },
      startsAt: '2026-01-31T08:59:00.000Z',
      generatorURL: 'https://gitlab.example.org/gitlab-org/gitlab-test/-/pipelines/31',
    },
  ]);
  expect(alertsOf(mapGitLab, pipeline({ status: 'success' }))).toMatchObject([
    { labels: LABELS, endsAt: '2026-01-31T08:59:00.000Z' },
  ]);
});

test.each(['pending', 'running', 'canceled', 'skipped', 'manual'])(
  'a pipeline that is %s changes nothing',
  (status) => {
    expect(mapGitLab(pipeline({ status }), { now: NOW })).toHaveProperty('ignored');
  },
);

test('a pipeline of a merge request is another alert than that of the branch', () => {
  const [alert] = alertsOf(mapGitLab, pipeline({ status: 'success' }, { merge_request: { iid: 4, title: 'Change' } }));
  expect(alert?.labels).toEqual({ ...LABELS, merge_request: '4' });
});

test('a deployment that failed fires, and the next one that succeeded resolves it', () => {
  const deployment = (status: string) => ({
    object_kind: 'deployment',
    status,
    status_changed_at: '2026-01-31 09:59:00 +0100',
    deployment_id: 15,
    deployable_id: 796,
    deployable_url: 'https://gitlab.example.org/gitlab-org/gitlab-test/-/jobs/796',
    environment: 'staging',
    project,
    short_sha: '279484c0',
    commit_title: 'Add new file',
  });
  const labels = { alertname: 'GitLabDeployment', project: 'gitlab-org/gitlab-test', environment: 'staging' };
  expect(alertsOf(mapGitLab, deployment('failed'))).toEqual([
    {
      labels,
      annotations: { summary: 'Deployment of gitlab-org/gitlab-test to staging failed', description: 'Add new file' },
      startsAt: '2026-01-31T08:59:00.000Z',
      generatorURL: 'https://gitlab.example.org/gitlab-org/gitlab-test/-/jobs/796',
    },
  ]);
  expect(alertsOf(mapGitLab, deployment('success'))).toMatchObject([{ labels, endsAt: '2026-01-31T08:59:00.000Z' }]);
  expect(mapGitLab(deployment('running'), { now: NOW })).toHaveProperty('ignored');
});

test('other events are ignored, and another payload is refused', () => {
  expect(mapGitLab({ object_kind: 'push', ref: 'refs/heads/main' }, { now: NOW })).toEqual({
    ignored: 'The event "push" neither fires nor resolves an alert.',
  });
  expect(() => mapGitLab({}, { now: NOW })).toThrow('object_kind: this field is required.');
});
