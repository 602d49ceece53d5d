/**
 * GET of a link to enrol for one-time codes: says what it is for, or that it was used. It shows nothing of the secret
 * and changes nothing, however often and by whatever scanner it is opened.
 */
import { showEnrolment } from '#functions/identity/enrolment-visits.ts';
import { httpHandler } from '#functions/runtime/handler.ts';
import { failurePage } from '#functions/web/page.ts';

export const handler = httpHandler(
  'identity/show-enrolment',
  ({ pathParameters, now }, { store }) =>
    showEnrolment(store, {
      secret: pathParameters.secret ?? '',
      now,
    }),
  failurePage(),
);
