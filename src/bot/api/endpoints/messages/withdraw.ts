import type { DeliveryReceipt } from '../../../../core/receipt.ts';
import type { DeliveryReceiptAnswer, WithdrawnAnswer } from '../../../../shared/api/answers.ts';
import type { ErrorAnswer } from '../../../../shared/api/error-answer.ts';
import { querySubject } from '../../body/query.ts';
import type { Endpoint } from '../../endpoint.ts';
import { success } from '../../http/answer.ts';

type Gone = DeliveryReceipt & { readonly status: 'cancelled' | 'deleted' };

const isGone = (receipt: DeliveryReceipt): receipt is Gone =>
  receipt.status === 'cancelled' || receipt.status === 'deleted';

function answerOf({ to, status, error }: DeliveryReceipt): DeliveryReceiptAnswer {
  return { to, status, ...(error !== undefined && { error }) };
}

/** Cancels a message that was not sent, and deletes one that was. */
export const withdraw: Endpoint = {
  method: 'DELETE',
  path: '/messages/:id',
  codes: ['bad_field', 'not_yours', 'unknown_message', 'refused', 'storage', 'telegram_unreachable'],
  async handle(context) {
    const { params, services, allowance } = context;
    const { id = '' } = params;
    const owner = await querySubject(context);
    const release = await allowance.withdrawal();
    const receipts = await services.withdraw(owner, id).finally(release);
    const gone = receipts.filter(isGone);
    const [first] = gone;
    if (first === undefined) {
      const [kept] = receipts;
      const reason = kept?.error ?? `It is ${kept?.status ?? 'unknown'}.`;
      const error = `Nothing of this message could be taken back: ${reason}`;
      return { status: 422, body: { error, code: 'refused', id } satisfies ErrorAnswer & { id: string } };
    }
    if (receipts.length === 1) return success<WithdrawnAnswer>({ ok: true, id, status: first.status });
    const whole = gone.some(({ status }) => status === 'deleted') ? 'deleted' : 'cancelled';
    const status = gone.length < receipts.length ? 'partial' : whole;
    return success<WithdrawnAnswer>({ ok: true, id, status, deliveries: receipts.map(answerOf) });
  },
};
