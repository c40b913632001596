import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../common/api-docs.js';
import { HotPool } from '../database/hot-pool.js';
import { Problem } from '../common/problem.js';
import { Readiness } from './readiness.js';

@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(
    private readonly hotPool: HotPool,
    private readonly readiness: Readiness,
  ) {}

  @Get('live')
  @ApiOperation({ operationId: 'getLiveness', summary: 'Is the process running?' })
  live(): { status: string } {
    return { status: 'live' };
  }

  @Get('ready')
  @ApiOperation({ operationId: 'getReadiness', summary: 'Can it take requests: database reachable, not stopping?' })
  @ApiProblems('unavailable')
  async ready(): Promise<{ status: string }> {
    const headers = { 'Retry-After': '1' };
    if (this.readiness.stopping) throw new Problem('unavailable', { error: 'The service is stopping', headers });
    try {
      await this.hotPool.query('ready', 'SELECT 1', []);
    } catch {
      throw new Problem('unavailable', { error: 'The database does not answer', headers });
    }
    return { status: 'ready' };
  }
}
