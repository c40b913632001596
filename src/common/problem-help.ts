import type { ProblemCode } from './problem.js';

/** What a person who meets an error needs to know of it. */
export interface ProblemHelp {
  readonly means: string;
  readonly remedy: string;
}

/** One entry for each code; shown under `/docs/problems/` and in docs/problems.md. */
export const PROBLEM_HELP: Record<ProblemCode, ProblemHelp> = {
  validation_failed: {
    means:
      'Some fields of the body have values that are not allowed, are missing, or are not known. Nothing was changed.',
    remedy: '`errors` says for each field what is wrong. Correct them and send the request again.',
  },
  malformed_request: {
    means: 'The request could not be read as HTTP, or not in the form that this path expects.',
    remedy: 'Check how the request is built: its path, its percent-encoding, and whether its body was sent whole.',
  },
  invalid_json: {
    means: 'The body of a request to the management API is not JSON in UTF-8.',
    remedy:
      '`detail`, `offset`, `line` and `column` say what is wrong and where. With curl put the body in single quotes or in a file (`-d @file`).',
  },
  invalid_data: {
    means:
      'Data sent to `/server/incoming_data/` is not a JSON object or array in UTF-8, or is nested deeper than 64 levels, or one of its `CL-X-…` headers is not visible ASCII of 255 characters at most. On any method but POST the status is 405.',
    remedy:
      '`detail` says what is wrong with the JSON and `offset` at which byte of the body (from 0); `line` and `column` say the same for an editor, `index` names the item of a batch. Nothing was accepted: send a corrected object or array by POST.',
  },
  unknown_parameter: {
    means: 'A query parameter is not known here, or its value is of the wrong form.',
    remedy:
      'Check its name and value against `/docs/`: a misspelt filter would otherwise list what you did not ask for.',
  },
  unauthenticated: {
    means: 'There is no API key in the request, or it is not valid, or it has been revoked.',
    remedy:
      'Send `Authorization: Bearer dpk_…`. A new key: `npx data-pusher api-key create`. (The token of an account, `dpt_…`, is only for sending data.)',
  },
  invalid_token: {
    means:
      'There is no `CL-X-TOKEN` in the request, or it belongs to no account, or it was rotated and its overlap is over.',
    remedy:
      "Send the account's current `app_secret_token`. It is shown when the account is created or its token rotated.",
  },
  forbidden: {
    means: 'The API key is valid, but it is read-only or bound to one account, and this needs more.',
    remedy: 'Use a read-write key, or an admin key for what concerns several accounts.',
  },
  not_found: {
    means: 'There is no such path or object, or it belongs to another account than the API key.',
    remedy: 'Check the id and the path. Ids are those that the API answers with.',
  },
  method_not_allowed: {
    means: 'The path exists, but not for this method.',
    remedy: 'Use one of the methods in the `Allow` header.',
  },
  timeout: {
    means: 'The request did not arrive in full within the time the server waits for one.',
    remedy: 'Send it again; check the connection and whether the body is as long as `Content-Length` says.',
  },
  conflict: {
    means:
      'The object is in a state that does not allow this: such as a delivery that was delivered already, or an account that has as many destinations as are allowed.',
    remedy: '`error` says which. Read the object again and decide anew.',
  },
  encryption_key_missing: {
    means:
      'The headers or the signing secret of the destination are encrypted with a key that this process does not have: `ENCRYPTION_KEY` was changed or lost. Its deliveries wait.',
    remedy:
      'Add the key that `error` names to `ENCRYPTION_KEY` and restart. If it is lost, send new values of all headers and rotate the signing secret.',
  },
  not_its_turn: {
    means:
      'The destination is `ordered`, so its deliveries go one at a time, and an older one waits or is under way. Nothing was changed.',
    remedy:
      'Retry or cancel the oldest delivery of the destination that has not finished; the others follow it in their order.',
  },
  precondition_failed: {
    means:
      'The object has changed since you read it, so its entity tag is no longer the one in `If-Match`. Nothing was written.',
    remedy: 'Read it again, apply your change to what it is now, and send it with the new `ETag`.',
  },
  payload_too_large: {
    means:
      'The body is larger than is taken: `MAX_BODY_BYTES` for data (1 MiB unless configured), 1 MiB for the management API.',
    remedy: 'Send less at once, or raise `MAX_BODY_BYTES`.',
  },
  uri_too_long: {
    means: 'The URL is longer than the server reads.',
    remedy: 'Shorten its query: fewer filters, or a shorter `search`.',
  },
  unsupported_media_type: {
    means:
      'The `Content-Type` is not JSON (`application/json` or `application/…+json`), or the body is compressed (`Content-Encoding`).',
    remedy: "Set `Content-Type: application/json`. curl's `-d` sends a form unless told otherwise.",
  },
  idempotency_mismatch: {
    means:
      'This event id (`CL-X-EVENT-ID` or `Idempotency-Key`) was used for this account within the last 24 hours, with other bytes.',
    remedy: 'Give each event an id of its own. When sending one again, send the very same bytes.',
  },
  rate_limited: {
    means:
      'There were too many requests of this kind within a short time: attempts to log in, wrong tokens or API keys from one address, or more events than the `receive_rate_limit` of the account. Nothing was accepted.',
    remedy: 'Wait for as long as the `Retry-After` header says.',
  },
  header_fields_too_large: {
    means: 'The header fields of the request are larger than the server reads.',
    remedy: 'Send fewer or shorter headers; often it is a cookie that has grown.',
  },
  internal_error: {
    means: 'Something failed that should not. It is logged under the request id that `error` and `X-Request-Id` name.',
    remedy:
      'Try again; if it stays, give whoever runs this service the request id. Data that got this answer may be sent again with the same event id.',
  },
  outcome_unknown: {
    means:
      'The connection to the database was lost while the data was being stored, and the outcome could not be found out within the time for an answer. The data may have been accepted.',
    remedy:
      'Send the same bytes again with the same event id (`CL-X-EVENT-ID` or `Idempotency-Key`) after as many seconds as `Retry-After` says: with an id nothing is sent twice.',
  },
  database_unsafe: {
    means:
      'This service accepts data only while enough replicas confirm each commit (`REQUIRE_SYNC_REPLICAS`), and at present too few do. Nothing was accepted.',
    remedy:
      'Send the request again later. Whoever runs this service finds the reason in its log and in `/health/ready`.',
  },
  unavailable: {
    means:
      'The database is away, takes no writes or can not keep up, or the service is stopping. Data that got this answer was not accepted.',
    remedy:
      'Send the request again after as many seconds as `Retry-After` says. After a change by the management API read the object first: the answer to a change may have been lost.',
  },
};
