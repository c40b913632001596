import type {
  ActionContext,
  ActionRequest,
  LocaleTranslationsBlock,
  RecordActionResponse,
  ResourceOptions,
  ResourceWithOptions,
} from 'adminjs';
import type { UserRole } from '../../accounts/user.entity.js';
import { Problem } from '../../common/problem.js';
import { COMPONENTS } from '../component-names.js';
import { toAdminJsError } from './admin-errors.js';
import type { ActionDescription, FieldDescription, Place, ResourceDescription } from './description.js';
import { ServiceResource } from './service-resource.js';

type Actions = NonNullable<ResourceOptions['actions']>;

/** What AdminJS wants to know of a described resource. */
export function describedResource(description: ResourceDescription): ResourceWithOptions {
  const { titleField, sort, icon } = description;
  const options: ResourceOptions = {
    titleProperty: titleField,
    sort,
    navigation: { name: null, icon },
    listProperties: namesOn(description, 'list'),
    showProperties: namesOn(description, 'show'),
    filterProperties: namesOn(description, 'filter'),
    editProperties: [...new Set([...namesOn(description, 'new'), ...namesOn(description, 'edit')])],
    properties: Object.fromEntries(description.fields.map((field) => [field.name, propertyOptions(field)])),
    actions: { ...standardActions(description), ...furtherActions(description), ...actionsOnChosen(description) },
    translations: { en: translations(description) },
  };
  return { resource: new ServiceResource(description), options };
}

function namesOn({ fields }: ResourceDescription, place: Place): string[] {
  return fields.filter(({ on }) => on.includes(place)).map(({ name }) => name);
}

function propertyOptions({ type, help, props, components }: FieldDescription) {
  const date = { list: COMPONENTS.DateTime, show: COMPONENTS.DateTime, filter: COMPONENTS.FilterTime };
  return {
    ...(help !== undefined && { description: help }),
    ...(props && { props: { ...props } }),
    components: { ...(type === 'datetime' && date), ...components },
  };
}

function standardActions(description: ResourceDescription): Actions {
  const { source, readers, writers, newComponent, listComponent, showComponent } = description;
  const reading = { isAccessible: hasRole(readers) };
  const writing = (can: unknown) => ({ isAccessible: can === undefined ? false : hasRole(writers) });
  return {
    list: { ...reading, ...ownPage(listComponent) },
    search: reading,
    show: { isAccessible: source.get ? hasRole(readers) : false, ...ownPage(showComponent) },
    new: {
      ...writing(source.create),
      layout: namesOn(description, 'new'),
      after: showAfterwards,
      ...(newComponent !== undefined && { component: newComponent }),
    },
    edit: { ...writing(source.update), layout: namesOn(description, 'edit'), after: showAfterwards },
    delete: { ...writing(source.remove), ...deletion(description) },
    bulkDelete: { isAccessible: false, isVisible: false },
  };
}

function ownPage(component: string | undefined) {
  return component === undefined ? {} : { component, hideActionHeader: true, showFilter: false };
}

function actionsOnChosen(description: ResourceDescription): Actions {
  const entries = Object.entries(description.bulkActions ?? {});
  return Object.fromEntries(
    entries.map(([name, { icon, component, roles }]) => [
      name,
      {
        actionType: 'bulk' as const,
        icon,
        ...ownPage(component),
        isAccessible: hasRole(roles),
        custom: { readsByGet: true },
        handler: (_request: ActionRequest, _response: unknown, { records, currentAdmin }: ActionContext) => ({
          records: (records ?? []).map((record) => record.toJSON(currentAdmin)),
        }),
      },
    ]),
  );
}

/** Deleting asks on a page of its own, which says what goes along. */
function deletion({ source, texts }: ResourceDescription) {
  return {
    component: COMPONENTS.DeleteRecord,
    custom: { readsByGet: true, warning: texts.confirmDelete ?? '' },
    guard: '',
    after: async (response: RecordActionResponse, request: ActionRequest, { record }: ActionContext) => {
      if (request.method !== 'get' || !record || !source.goesAlong) return response;
      const lines = await source.goesAlong(record.id());
      const params = { ...response.record.params, goes_along: JSON.stringify(lines) };
      return { ...response, record: { ...response.record, params } };
    },
  };
}

function furtherActions(description: ResourceDescription): Actions {
  const entries = Object.entries(description.actions ?? {});
  return Object.fromEntries(entries.map(([name, action]) => [name, furtherAction(action, description)]));
}

function furtherAction(action: ActionDescription, description: ResourceDescription) {
  return {
    actionType: 'record' as const,
    icon: action.icon,
    component: action.component,
    isAccessible: (context: ActionContext) =>
      hasRole(action.roles)(context) && (!context.record || (action.isFor?.(context.record.params) ?? true)),
    custom: { readsByGet: true },
    handler: async (request: ActionRequest, _response: unknown, context: ActionContext) => {
      const { record, currentAdmin } = context;
      try {
        // The page of an action asks for its record by GET, under the action's own name.
        if (request.method === 'get' && record) {
          record.storeParams((await action.read?.(record.id(), textsOf(request.query))) ?? {});
          return { record: record.toJSON(currentAdmin) };
        }
        if (!action.run) throw new Problem('method_not_allowed', { headers: { allow: 'GET' } });
        return await action.run(request, context);
      } catch (error) {
        throw toAdminJsError(error, description);
      }
    },
  };
}

function textsOf(query: unknown): Record<string, string> {
  const entries = Object.entries(query ?? {});
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

function hasRole(roles: readonly UserRole[]) {
  return ({ currentAdmin }: ActionContext): boolean => {
    const role: unknown = currentAdmin?.['role'];
    return roles.some((allowed) => allowed === role);
  };
}

/** From a form to the object, where one sees what was saved; AdminJS goes to the list. */
function showAfterwards(response: RecordActionResponse, _request: ActionRequest, context: ActionContext) {
  const { redirectUrl, record } = response;
  if (redirectUrl === undefined) return response;
  const { h, resource } = context;
  return {
    ...response,
    redirectUrl: h.recordActionUrl({ resourceId: resource.id(), recordId: record.id, actionName: 'show' }),
  };
}

function translations({
  id,
  label,
  fields,
  texts,
  actions,
  bulkActions,
}: ResourceDescription): LocaleTranslationsBlock {
  return {
    labels: { [id]: label },
    properties: Object.fromEntries(fields.map((field) => [field.name, field.label])),
    actions: {
      list: label,
      show: 'Details',
      ...(texts.newAction !== undefined && { new: texts.newAction }),
      ...Object.fromEntries(
        Object.entries({ ...actions, ...bulkActions }).map(([name, action]) => [name, action.label]),
      ),
    },
    messages: { noRecordsInResource: texts.noRecords, confirmDelete: texts.confirmDelete ?? '' },
  };
}
