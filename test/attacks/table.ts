import { ADDRESSES } from './addresses.js';
import type { Attack } from './attack.js';
import { KEYS } from './keys.js';
import { LIMITS } from './limits.js';
import { PANEL } from './panel.js';
import { REQUESTS } from './requests.js';
import { SECRETS } from './secrets.js';

export const ATTACKS: readonly Attack[] = [...ADDRESSES, ...REQUESTS, ...KEYS, ...SECRETS, ...PANEL, ...LIMITS];
