import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { LoginThrottle } from './login-throttle.service.js';
import { PasswordLinksService } from './password-links.service.js';
import { SessionsService } from './sessions.service.js';
import { SetupLinkService } from './setup-link.service.js';
import { User } from './user.entity.js';
import { UsersService } from './users.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([User])],
  providers: [UsersService, SessionsService, SetupLinkService, PasswordLinksService, LoginThrottle],
  exports: [UsersService, SessionsService, SetupLinkService, PasswordLinksService, LoginThrottle],
})
export class UsersModule {}
