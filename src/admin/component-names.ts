/** Our components in the bundle, by the names under which the page finds them. components/entry.tsx defines them. */
export const COMPONENTS = {
  Attempts: 'Attempts',
  ChangeAction: 'ChangeAction',
  ChangedFields: 'ChangedFields',
  ChangedObject: 'ChangedObject',
  Dashboard: 'Dashboard',
  DateTime: 'DateTime',
  DeleteRecord: 'DeleteRecord',
  DeliveryState: 'DeliveryState',
  DestinationPage: 'DestinationPage',
  HeadersEdit: 'HeadersEdit',
  HeadersShow: 'HeadersShow',
  History: 'History',
  LongText: 'LongText',
  NewAccount: 'NewAccount',
  PasswordLink: 'PasswordLink',
  RotateToken: 'RotateToken',
} as const;
