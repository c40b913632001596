import { applyDecorators, UseGuards, UseInterceptors } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../common/api-docs.js';
import { TaggedInterceptor } from '../common/tagged.js';
import { ActorInterceptor } from './actor.interceptor.js';
import { ApiKeyGuard } from './api-key.guard.js';

/** A controller of the management API: behind an API key, with entity tags, described under `tag`. */
export function ManagementApi(tag: string): ClassDecorator {
  return applyDecorators(
    UseGuards(ApiKeyGuard),
    UseInterceptors(ActorInterceptor, TaggedInterceptor),
    ApiTags(tag),
    ApiBearerAuth('apiKey'),
    ApiProblems('unauthenticated', 'forbidden', 'rate_limited', 'internal_error', 'unavailable'),
  );
}
