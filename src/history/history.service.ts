import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { ListQuery } from '../common/list-query.js';
import { findPage, timeConditions, type Page } from '../common/page.js';
import { Change } from './change.entity.js';

/** What was changed, when, and by whom. Entries are only ever added, each with the change that it tells of. */
@Injectable()
export class HistoryService {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** `object_id` also finds what belongs to the object: an account's history holds that of its destinations and keys. */
  list(query: ListQuery): Promise<Page<Change>> {
    const builder = this.dataSource.manager.createQueryBuilder(Change, 'change');
    return findPage(builder, query, {
      text: ['object_name', 'actor_name'],
      key: 'change_id',
      conditions: {
        object_id: '$ IN (change.object_id, change.account_id)',
        ...timeConditions('change.changed_at', 'changed'),
      },
    });
  }
}
