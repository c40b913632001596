import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SessionsService } from './sessions.service.js';
import { SetupLinkService } from './setup-link.service.js';
import { User } from './user.entity.js';
import { UsersService } from './users.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([User])],
  providers: [UsersService, SessionsService, SetupLinkService],
  exports: [UsersService, SessionsService, SetupLinkService],
})
export class UsersModule {}
