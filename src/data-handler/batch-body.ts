import { ApiProperty } from '@nestjs/swagger';
import { Problem, problemBody, PROBLEMS, type ProblemCode } from '../common/problem.js';
import { toProblem } from '../common/to-problem.js';
import type { Accepted } from './acceptance.js';

/** What became of one item of a batch. */
class BatchResultBody {
  @ApiProperty({ type: 'integer', example: 0, description: 'Its place in the batch, from 0; empty lines don’t count' })
  index!: number;
  @ApiProperty({ type: 'integer', example: 202, description: 'What it would have been answered alone' })
  status!: number;
  @ApiProperty({ required: false, example: 'Data Received' })
  message?: string;
  @ApiProperty({ required: false, format: 'uuid', example: '0198d4a2-7b00-7d11-9c22-6a7b8c9d0e1f' })
  event_id?: string;
  @ApiProperty({ type: String, required: false, nullable: true, example: 'b1:0' })
  external_id?: string | null;
  @ApiProperty({ required: false, type: 'integer', example: 2 })
  destinations?: number;
  @ApiProperty({ required: false, enum: Object.keys(PROBLEMS), description: 'Why it was not accepted' })
  code?: ProblemCode;
  @ApiProperty({ required: false, description: 'The same, for people' })
  error?: string;
  @ApiProperty({ required: false, description: 'What is wrong with its JSON' })
  detail?: string;
  @ApiProperty({ required: false, type: 'integer', description: 'Where: the byte of the whole body, from 0' })
  offset?: number;
}

export class BatchBody {
  @ApiProperty({ type: 'integer', example: 1 })
  accepted!: number;
  @ApiProperty({ type: 'integer', example: 0 })
  refused!: number;
  @ApiProperty({ type: [BatchResultBody], description: 'One an item, in their order' })
  results!: BatchResultBody[];
}

/** What became of an item: accepted under the id it is known by, or not. */
export type ItemOutcome =
  { readonly accepted: Accepted; readonly externalId: string | null } | { readonly error: unknown };

export function presentBatch(outcomes: readonly ItemOutcome[]): BatchBody {
  const results = outcomes.map((outcome, index) => presentOutcome(outcome, index));
  const accepted = outcomes.filter((outcome) => 'accepted' in outcome).length;
  return { accepted, refused: results.length - accepted, results };
}

function presentOutcome(outcome: ItemOutcome, index: number): BatchResultBody {
  if ('accepted' in outcome) {
    const { eventId, destinations } = outcome.accepted;
    return {
      index,
      status: 202,
      message: 'Data Received',
      event_id: eventId,
      external_id: outcome.externalId,
      destinations,
    };
  }
  const { status, code, error, detail, offset } = problemBody(toProblem(outcome.error).problem);
  return {
    index,
    status,
    code,
    error,
    ...(detail !== undefined && { detail }),
    ...(offset !== undefined && { offset }),
  };
}

const SHARED_CODES: ReadonlySet<string> = new Set([
  'invalid_token',
  'unavailable',
  'database_unsafe',
  'outcome_unknown',
]);

/** The problem that all items share and that is none of theirs: the whole batch is answered with it. */
export function sharedProblem(outcomes: readonly ItemOutcome[]): Problem | null {
  const [first] = outcomes;
  if (!first || 'accepted' in first) return null;
  const { problem } = toProblem(first.error);
  if (!SHARED_CODES.has(problem.code)) return null;
  const isShared = outcomes.every((item) => 'error' in item && toProblem(item.error).problem.code === problem.code);
  return isShared ? problem : null;
}
