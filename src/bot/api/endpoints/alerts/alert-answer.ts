import type { AlertView } from '../../../../core/alerts/alert.ts';
import type { AlertAnswer } from '../../../../shared/api/alerts/answers.ts';
import { type Answer, success } from '../../http/answer.ts';

const timeOf = (ms: number): string => new Date(ms).toISOString();

/** An alert as the API shows it. */
export function alertAnswerOf(alert: AlertView): AlertAnswer {
  const { fingerprint, owner, state, labels, annotations, startsAt, endsAt, updatedAt, generatorUrl, source } = alert;
  const { acknowledgement, silence, comments, isFlapping, told, routes } = alert;
  return {
    fingerprint,
    owner: owner.user,
    state,
    labels: { ...labels },
    annotations: { ...annotations },
    starts_at: timeOf(startsAt),
    ...(endsAt !== undefined && { ends_at: timeOf(endsAt) }),
    updated_at: timeOf(updatedAt),
    ...(generatorUrl !== undefined && { generator_url: generatorUrl }),
    source,
    ...(acknowledgement !== undefined && {
      acknowledgement: { ...acknowledgement, at: timeOf(acknowledgement.at), until: timeOf(acknowledgement.until) },
    }),
    ...(silence !== undefined && { silence: { by: silence.by, until: timeOf(silence.until) } }),
    comments: comments.map(({ by, at, text }) => ({ by, at: timeOf(at), text })),
    flapping: isFlapping,
    told: [...told],
    routes: [...routes],
  };
}

/** The answer that shows one alert. */
export const shownAlert = (alert: AlertView): Answer => success({ ok: true, alert: alertAnswerOf(alert) });
