import type { ComponentType, ReactNode } from 'react';
import type { COMPONENTS } from '../component-names.ts';
import { Attempts } from './attempts.tsx';
import { AccountPage } from './accounts/account-page.tsx';
import { ChangeAction, ChangedFields, ChangedObject } from './changed-fields.tsx';
import { Dashboard } from './dashboard.tsx';
import { DateTime } from './date-time.tsx';
import { DeleteRecord } from './delete-record.tsx';
import { DeliveryState } from './delivery-state.tsx';
import { DestinationPage } from './console/destination-page.tsx';
import { DurationsEdit } from './durations-edit.tsx';
import { FilterTime } from './filter-time.tsx';
import { HeadersEdit } from './headers-edit.tsx';
import { HeadersShow } from './headers-show.tsx';
import { History } from './history.tsx';
import { LoggedIn } from './logged-in.tsx';
import { LongText } from './long-text.tsx';
import { NewAccount } from './new-account.tsx';
import { PasswordLink } from './password-link.tsx';
import { RotateToken } from './rotate-token.tsx';
import { TagsEdit } from './tags-edit.tsx';
import { watchForms } from './unsaved-changes.ts';

declare global {
  interface Window {
    AdminJS: { UserComponents: Record<string, ComponentType<never>>; Application: ReactNode };
    createRoot(element: Element): { render(node: ReactNode): void };
  }
}

/** Ours by the names that the server uses, and those of AdminJS that ours replace. */
const ours: Record<keyof typeof COMPONENTS, ComponentType<never>> = {
  AccountPage,
  Attempts,
  ChangeAction,
  ChangedFields,
  ChangedObject,
  Dashboard,
  DateTime,
  DeleteRecord,
  DeliveryState,
  DestinationPage,
  DurationsEdit,
  FilterTime,
  HeadersEdit,
  HeadersShow,
  History,
  LongText,
  NewAccount,
  PasswordLink,
  RotateToken,
  TagsEdit,
};
const replaced = { LoggedIn };

window.AdminJS.UserComponents = { ...ours, ...replaced };

watchForms();

const container = document.querySelector('#app');
if (container) window.createRoot(container).render(window.AdminJS.Application);
