import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { completeDocument } from './complete-document.js';

const DESCRIPTION = `Accepts JSON for an account and pushes it to the account's destinations.

Press **Authorize** and give an API key (\`data-pusher api-key create\`) for the management API, or an account's
\`app_secret_token\` for receiving. Every error is an RFC 9457 problem with a stable \`code\`. Paths answer with and
without a last slash.

What an operation asks of an API key stands in its \`x-required-roles\`: \`read\` is granted to every key, \`write\` to keys that are
not read-only, \`admin\` to keys that are not bound to an account.`;

/** The API's description, made from the controllers: needs no database and no running service. */
export function apiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Data Pusher')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer('/')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'dpk_…', description: 'An API key' }, 'apiKey')
    .addApiKey({ type: 'apiKey', in: 'header', name: 'CL-X-TOKEN', description: "An account's token" }, 'appToken')
    .addTag('accounts', 'Who sends data')
    .addTag('destinations', 'Where their data goes')
    .addTag('data handler', 'Where data is received')
    .addTag('events', 'What was received')
    .addTag('deliveries', 'What became of it')
    .addTag('replays', 'Sending again in bulk')
    .addTag('health', 'The state of this process')
    .build();
  config.info.contact = { name: 'Whoever runs this server' };
  return completeDocument(SwaggerModule.createDocument(app, config));
}

/** Serves the API's description at `/docs/openapi.json` and Swagger UI, from this machine only, at `/docs/`. */
export function describeApi(app: INestApplication): void {
  SwaggerModule.setup('docs', app, () => apiDocument(app), {
    jsonDocumentUrl: 'docs/openapi.json',
    raw: ['json'],
    customSiteTitle: 'Data Pusher API',
    swaggerOptions: { validatorUrl: null, displayRequestDuration: true, tryItOutEnabled: true },
  });
}
