/** An error as AWS services answer it: a code the SDKs turn into the error's name, a message and an HTTP status. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;

  /**
   * @param code AWS's error code, e.g. `AccessDeniedException`; SDK clients show it as `error.name`
   * @param message what went wrong, worded as AWS words it where its documentation gives the wording
   * @param status the HTTP status, 400 by default
   */
  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
  }
}
