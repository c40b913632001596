import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccountsModule } from '../accounts/accounts.module.js';
import { AccountDestinationsController } from './account-destinations.controller.js';
import { Destination } from './destination.entity.js';
import { DestinationsController } from './destinations.controller.js';
import { DestinationsService } from './destinations.service.js';
import { SigningSecretsController } from './signing-secrets.controller.js';
import { SigningSecretsService } from './signing-secrets.service.js';

@Module({
  imports: [AccountsModule, TypeOrmModule.forFeature([Destination])],
  controllers: [DestinationsController, AccountDestinationsController, SigningSecretsController],
  providers: [DestinationsService, SigningSecretsService],
  exports: [DestinationsService, SigningSecretsService],
})
export class DestinationsModule {}
