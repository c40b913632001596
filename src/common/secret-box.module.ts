import { Global, Module } from '@nestjs/common';
import { RunSettings } from '../config/settings.js';
import { SecretBox } from './secret-box.js';

@Global()
@Module({
  providers: [
    {
      provide: SecretBox,
      inject: [RunSettings],
      useFactory: (settings: RunSettings) => new SecretBox(settings.encryptionKeys),
    },
  ],
  exports: [SecretBox],
})
export class SecretBoxModule {}
