import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Change } from './change.entity.js';
import { HistoryService } from './history.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Change])],
  providers: [HistoryService],
  exports: [HistoryService],
})
export class HistoryModule {}
