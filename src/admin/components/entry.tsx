import type { ComponentType, ReactNode } from 'react';
import type { COMPONENTS } from '../component-names.ts';
import { Attempts } from './attempts.tsx';
import { ChangeAction, ChangedFields, ChangedObject } from './changed-fields.tsx';
import { Dashboard } from './dashboard.tsx';
import { DateTime } from './date-time.tsx';
import { DeleteRecord } from './delete-record.tsx';
import { DeliveryState } from './delivery-state.tsx';
import { DestinationPage } from './console/destination-page.tsx';
import { HeadersEdit } from './headers-edit.tsx';
import { HeadersShow } from './headers-show.tsx';
import { History } from './history.tsx';
import { LoggedIn } from './logged-in.tsx';
import { LongText } from './long-text.tsx';
import { NewAccount } from './new-account.tsx';
import { PasswordLink } from './password-link.tsx';
import { RotateToken } from './rotate-token.tsx';

declare global {
  interface Window {
    AdminJS: { UserComponents: Record<string, ComponentType<never>>; Application: ReactNode };
    createRoot(element: Element): { render(node: ReactNode): void };
  }
}

/** Ours by the names that the server uses, and those of AdminJS that ours replace. */
const ours: Record<keyof typeof COMPONENTS, ComponentType<never>> = {
  Attempts,
  ChangeAction,
  ChangedFields,
  ChangedObject,
  Dashboard,
  DateTime,
  DeleteRecord,
  DeliveryState,
  DestinationPage,
  HeadersEdit,
  HeadersShow,
  History,
  LongText,
  NewAccount,
  PasswordLink,
  RotateToken,
};
const replaced = { LoggedIn };

window.AdminJS.UserComponents = { ...ours, ...replaced };

const container = document.querySelector('#app');
if (container) window.createRoot(container).render(window.AdminJS.Application);
