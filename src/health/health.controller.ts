import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../common/api-problems.js';
import { HotPool } from '../database/hot-pool.js';
import { Problem } from '../common/problem.js';
import { Readiness } from './readiness.js';

class HealthBody {
  @ApiProperty({ example: 'ready' })
  status!: string;
}

@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(
    private readonly hotPool: HotPool,
    private readonly readiness: Readiness,
  ) {}

  @Get('live')
  @ApiOperation({
    operationId: 'getLiveness',
    summary: 'Is the process running?',
    description: 'Asks nothing of the database: for a supervisor that starts again what hangs.',
  })
  @ApiResponse({ status: 200, type: HealthBody, description: 'It is' })
  live(): { status: string } {
    return { status: 'live' };
  }

  @Get('ready')
  @ApiOperation({
    operationId: 'getReadiness',
    summary: 'Can it take requests?',
    description: 'Yes while the database answers and the process is not stopping: for a load balancer.',
  })
  @ApiResponse({ status: 200, type: HealthBody, description: 'It can' })
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
