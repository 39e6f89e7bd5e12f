/**
 * GitLab's webhooks for pipelines and deployments: a failed one fires, the next successful one resolves.
 * https://docs.gitlab.com/user/project/integrations/webhook_events/
 */
import * as v from 'valibot';
import { alertOf, type Delivery, type Mapped, type Mapper, momentOf } from './mapped-alert.ts';
import { maybeText, number, object, read, text } from './payload.ts';

const STATES: ReadonlyMap<string, 'firing' | 'resolved'> = new Map([
  ['failed', 'firing'],
  ['success', 'resolved'],
]);

const project = object({ path_with_namespace: text, web_url: maybeText });
const ignore = (what: string): Mapped => ({ ignored: `${what} neither fires nor resolves an alert.` });

const kind = object({ object_kind: text });
const pipeline = object({
  project,
  object_attributes: object({
    id: number,
    ref: text,
    status: text,
    finished_at: maybeText,
    url: maybeText,
  }),
  merge_request: v.nullish(object({ iid: number, title: maybeText })),
  commit: v.nullish(object({ title: maybeText, message: maybeText })),
});

function mapPipeline(payload: unknown, delivery: Delivery): Mapped {
  const { project: repo, object_attributes: run, merge_request: request, commit } = read(pipeline, payload);
  const state = STATES.get(run.status);
  if (state === undefined) return ignore(`A pipeline in the state ${JSON.stringify(run.status)}`);
  const { path_with_namespace: path, web_url: home } = repo;
  const labels = {
    alertname: 'GitLabPipeline',
    project: path,
    ref: run.ref,
    // A merge request from a branch "main" of a fork must not resolve what failed on this project's.
    merge_request: request?.iid,
  };
  const annotations = {
    summary: `Pipeline of ${path} ${state === 'firing' ? 'failed' : 'succeeded'} on ${run.ref}`,
    description: request?.title || commit?.title || commit?.message,
  };
  const url = run.url || (home && `${home}/-/pipelines/${run.id}`);
  return { alerts: [alertOf({ labels, annotations, url, state, at: momentOf(run.finished_at) }, delivery)] };
}

const deployment = object({
  status: text,
  status_changed_at: maybeText,
  environment: text,
  deployable_url: maybeText,
  commit_title: maybeText,
  project,
});

function mapDeployment(payload: unknown, delivery: Delivery): Mapped {
  const found = read(deployment, payload);
  const { status, environment, project: repo } = found;
  const state = STATES.get(status);
  if (state === undefined) return ignore(`A deployment in the state ${JSON.stringify(status)}`);
  const path = repo.path_with_namespace;
  const labels = { alertname: 'GitLabDeployment', project: path, environment };
  const annotations = {
    summary: `Deployment of ${path} to ${environment} ${state === 'firing' ? 'failed' : 'succeeded'}`,
    description: found.commit_title,
  };
  const url = found.deployable_url || repo.web_url;
  return { alerts: [alertOf({ labels, annotations, url, state, at: momentOf(found.status_changed_at) }, delivery)] };
}

/** An event of a project or a group. */
export const mapGitLab: Mapper = (payload, delivery) => {
  const { object_kind: what } = read(kind, payload);
  if (what === 'pipeline') return mapPipeline(payload, delivery);
  if (what === 'deployment') return mapDeployment(payload, delivery);
  return ignore(`The event ${JSON.stringify(what.slice(0, 64))}`);
};
