import { ApiClient, useNotice, type ActionProps } from 'adminjs';
import { useState } from 'react';

type Params = Readonly<Record<string, unknown>>;

interface PostedAction {
  readonly busy: boolean;
  /** Does it, and gives on what the object is like afterwards; what goes wrong is told. */
  readonly post: (data: object | undefined, done: (params: Params) => void) => Promise<void>;
}

/** An action of an object that its own page carries out. `failure`: what is told when no usable answer came. */
export function usePostedAction({ record, resource, action }: ActionProps, failure: string): PostedAction {
  const [busy, setBusy] = useState(false);
  const addNotice = useNotice();
  const post = async (data: object | undefined, done: (params: Params) => void): Promise<void> => {
    setBusy(true);
    try {
      const request = { resourceId: resource.id, recordId: record?.id ?? '', actionName: action.name };
      const answer = await new ApiClient().recordAction({ ...request, data, method: 'post' });
      if (answer.data.notice?.type === 'error') addNotice(answer.data.notice);
      else done(answer.data.record.params);
    } catch {
      addNotice({ message: failure, type: 'error' });
    } finally {
      setBusy(false);
    }
  };
  return { busy, post };
}
