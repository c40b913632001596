import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';

const DESCRIPTION = `Accepts JSON for an account and pushes it to the account's destinations.

Press **Authorize** and give an API key (\`data-pusher api-key create\`) for the management API, or an account's
\`app_secret_token\` for receiving. Every error is an RFC 9457 problem with a stable \`code\`.`;

/** Serves the API's description at `/docs/openapi.json` and Swagger UI, from this machine only, at `/docs/`. */
export function describeApi(app: INestApplication): void {
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
    .addTag('health', 'The state of this process')
    .build();
  SwaggerModule.setup('docs', app, () => withSlashes(SwaggerModule.createDocument(app, config)), {
    jsonDocumentUrl: 'docs/openapi.json',
    raw: ['json'],
    customSiteTitle: 'Data Pusher API',
    swaggerOptions: { validatorUrl: null, displayRequestDuration: true, tryItOutEnabled: true },
  });
}

type Document = ReturnType<typeof SwaggerModule.createDocument>;

/** Paths as the contract writes them, with the last slash; the routes answer without it too. */
function withSlashes(document: Document): Document {
  const paths = Object.entries(document.paths).map(([path, item]) => [path.replace(/\/?$/, '/'), item] as const);
  return { ...document, paths: Object.fromEntries(paths) };
}
