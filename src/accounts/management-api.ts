import { applyDecorators, UseGuards, UseInterceptors } from '@nestjs/common';
import { ApiBearerAuth, ApiExtension, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../common/api-problems.js';
import { TaggedInterceptor } from '../common/tagged.js';
import { ActorInterceptor } from './actor.interceptor.js';
import { ApiKeyGuard } from './api-key.guard.js';
import { handlersOf, rolesOf, takesBody } from './required-roles.js';

/** A controller of the management API: behind an API key, with entity tags, described under `tag`. */
export function ManagementApi(tag: string): ClassDecorator {
  return (controller) => {
    applyDecorators(
      UseGuards(ApiKeyGuard),
      UseInterceptors(ActorInterceptor, TaggedInterceptor),
      ApiTags(tag),
      ApiBearerAuth('apiKey'),
    )(controller);
    for (const [name, descriptor] of handlersOf(controller)) {
      const { value: handler } = descriptor;
      if (!handler) continue;
      const roles = rolesOf(handler);
      // Where OpenAPI keeps roles for such keys, in the security itself, Spectral takes them for undeclared scopes.
      ApiExtension('x-required-roles', roles)(controller.prototype as object, name, descriptor);
      ApiProblems(
        'unauthenticated',
        'rate_limited',
        'internal_error',
        'unavailable',
      )(controller.prototype as object, name, descriptor);
      if (roles.includes('write')) ApiProblems('forbidden')(controller.prototype as object, name, descriptor);
      // The body is read before its operation is known to want none.
      if (takesBody(handler)) {
        const body = ApiProblems('invalid_json', 'payload_too_large', 'unsupported_media_type');
        body(controller.prototype as object, name, descriptor);
      }
    }
  };
}
