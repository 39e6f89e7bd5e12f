/**
 * GitHub's webhooks. Those events become alerts that have an end: a failed run of a workflow or a failed deployment is over
 * with the next success, a security finding when it is fixed or dismissed. All other events are ignored.
 * https://docs.github.com/en/webhooks/webhook-events-and-payloads
 */
import * as v from 'valibot';
import { Problem } from '../../../core/problem.ts';
import { alertOf, type Delivery, type Mapped, type Mapper, momentOf } from './mapped-alert.ts';
import { maybeText, number, object, read, text } from './payload.ts';

type State = 'firing' | 'resolved';
type EventMapper = (payload: unknown, delivery: Delivery) => Mapped;

const repository = object({ full_name: text, html_url: maybeText });
const ignore = (what: string): Mapped => ({ ignored: `${what} neither fires nor resolves an alert.` });

const RUN_STATES: ReadonlyMap<string, State> = new Map([
  ['failure', 'firing'],
  ['timed_out', 'firing'],
  ['startup_failure', 'firing'],
  ['success', 'resolved'],
]);

const workflowRun = object({
  action: text,
  repository,
  workflow: v.nullish(object({ name: maybeText })),
  workflow_run: object({
    name: maybeText,
    conclusion: maybeText,
    head_branch: maybeText,
    head_repository: v.nullish(object({ full_name: maybeText })),
    html_url: maybeText,
    display_title: maybeText,
    updated_at: maybeText,
  }),
});

const mapWorkflowRun: EventMapper = (payload, delivery) => {
  const { repository: repo, workflow, workflow_run: run } = read(workflowRun, payload);
  const state = RUN_STATES.get(run.conclusion ?? '');
  if (state === undefined) return ignore(`A run with the conclusion ${JSON.stringify(run.conclusion ?? null)}`);
  const name = workflow?.name || run.name;
  const from = run.head_repository?.full_name;
  const labels = {
    alertname: 'GitHubWorkflow',
    repository: repo.full_name,
    workflow: name,
    branch: run.head_branch,
    // Everybody may propose a change from a branch "main" of a fork, which must not resolve what failed on this one's.
    fork: from === repo.full_name ? undefined : from,
  };
  const annotations = {
    summary: `${name} of ${repo.full_name} ${state === 'firing' ? 'failed' : 'succeeded'} on ${run.head_branch}`,
    description: run.display_title,
  };
  return {
    alerts: [alertOf({ labels, annotations, url: run.html_url, state, at: momentOf(run.updated_at) }, delivery)],
  };
};

const DEPLOYMENT_STATES: ReadonlyMap<string, State> = new Map([
  ['failure', 'firing'],
  ['error', 'firing'],
  ['success', 'resolved'],
]);

const deploymentStatus = object({
  repository,
  deployment: object({ environment: maybeText, ref: maybeText }),
  deployment_status: object({
    state: text,
    description: maybeText,
    log_url: maybeText,
    target_url: maybeText,
    updated_at: maybeText,
  }),
});

const mapDeploymentStatus: EventMapper = (payload, delivery) => {
  const { repository: repo, deployment, deployment_status: status } = read(deploymentStatus, payload);
  const state = DEPLOYMENT_STATES.get(status.state);
  if (state === undefined) return ignore(`A deployment in the state ${JSON.stringify(status.state)}`);
  const { environment } = deployment;
  const labels = { alertname: 'GitHubDeployment', repository: repo.full_name, environment };
  const annotations = {
    summary: `Deployment of ${repo.full_name} to ${environment} ${state === 'firing' ? 'failed' : 'succeeded'}`,
    description: status.description || (deployment.ref && `From ${deployment.ref}.`),
  };
  const url = status.log_url || status.target_url || repo.html_url;
  return { alerts: [alertOf({ labels, annotations, url, state, at: momentOf(status.updated_at) }, delivery)] };
};

/** What the actions of findings mean; others change neither. */
const FINDING_STATES: ReadonlyMap<string, State> = new Map([
  ['created', 'firing'],
  ['reopened', 'firing'],
  ['reopened_by_user', 'firing'],
  ['reintroduced', 'firing'],
  ['auto_reopened', 'firing'],
  ['appeared_in_branch', 'firing'],
  ['publicly_leaked', 'firing'],
  ['fixed', 'resolved'],
  ['resolved', 'resolved'],
  ['revoked', 'resolved'],
  ['dismissed', 'resolved'],
  ['auto_dismissed', 'resolved'],
  ['closed_by_user', 'resolved'],
]);

const finding = object({
  action: text,
  repository,
  alert: object({
    number,
    html_url: maybeText,
    rule: v.nullish(object({ severity: maybeText, security_severity_level: maybeText, description: maybeText })),
    security_advisory: v.nullish(object({ summary: maybeText, severity: maybeText })),
    secret_type_display_name: maybeText,
    secret_type: maybeText,
  }),
});

/** A finding of Dependabot, of code scanning or of secret scanning. A secret itself is not in the payload's used fields. */
const mapFinding =
  (alertname: string): EventMapper =>
  (payload, delivery) => {
    const { action, repository: repo, alert } = read(finding, payload);
    const state = FINDING_STATES.get(action);
    if (state === undefined) return ignore(`The action ${JSON.stringify(action)}`);
    const { rule, security_advisory: advisory } = alert;
    const what =
      advisory?.summary || rule?.description || alert.secret_type_display_name || alert.secret_type || 'A finding';
    const annotations = {
      summary: `${what} in ${repo.full_name}`,
      severity: advisory?.severity || rule?.security_severity_level,
    };
    const labels = { alertname, repository: repo.full_name, number: alert.number };
    return { alerts: [alertOf({ labels, annotations, url: alert.html_url, state }, delivery)] };
  };

const EVENTS: ReadonlyMap<string, EventMapper> = new Map([
  ['workflow_run', mapWorkflowRun],
  ['deployment_status', mapDeploymentStatus],
  ['dependabot_alert', mapFinding('GitHubDependabot')],
  ['code_scanning_alert', mapFinding('GitHubCodeScanning')],
  ['secret_scanning_alert', mapFinding('GitHubSecretScanning')],
]);

/** An event of a repository or an organisation; `delivery.event` is the header X-GitHub-Event. */
export const mapGitHub: Mapper = (payload, delivery) => {
  const { event } = delivery;
  if (event === undefined) throw new Problem('bad_field', 'X-GitHub-Event: the header is missing.');
  return EVENTS.get(event)?.(payload, delivery) ?? ignore(`The event ${event.slice(0, 64)}`);
};
