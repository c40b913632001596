import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../common/api-problems.js';
import { SyncReplicas } from '../database/sync-replicas.js';
import { WriteCheck } from '../database/write-check.js';
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
    private readonly writeCheck: WriteCheck,
    private readonly syncReplicas: SyncReplicas,
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
    description:
      'Yes while the database takes writes (tried by a write of a few bytes, once a second at most), enough replicas confirm them (`REQUIRE_SYNC_REPLICAS`), and the process is not stopping: for a load balancer. An answer takes 4 seconds at most.',
  })
  @ApiResponse({ status: 200, type: HealthBody, description: 'It can' })
  @ApiProblems('unavailable', 'database_unsafe')
  async ready(): Promise<{ status: string }> {
    const headers = { 'Retry-After': '1' };
    if (this.readiness.stopping) throw new Problem('unavailable', { error: 'The service is stopping', headers });
    const trouble = await this.writeCheck.trouble();
    if (trouble !== null) throw new Problem('unavailable', { error: trouble, headers });
    const refusal = this.syncReplicas.refusal();
    if (refusal) throw refusal;
    return { status: 'ready' };
  }
}
