// Given to Node by --import: the product then sends its deliveries with undici in place of its own HTTP client.
import { register } from 'node:module';

register('./replace-client.mjs', import.meta.url);
