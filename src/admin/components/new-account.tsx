import { Box, Button, DrawerContent, DrawerFooter, H4, Icon, Text } from '@adminjs/design-system';
import { useRecord, type ActionProps } from 'adminjs';
import React, { useState } from 'react';
import { Link } from 'react-router-dom';
import { EditFields, fieldsOf } from './edit-fields.tsx';
import { TokenOnce } from './token-once.tsx';

/** The form of a new account; once saved, its token takes the form's place, for the only time it is shown. */
export function NewAccount({ record: initial, resource, action }: ActionProps): React.JSX.Element {
  const { record, handleChange, submit, loading } = useRecord(initial, resource.id);
  const names = new Set(fieldsOf(resource, action.name));
  const [created, setCreated] = useState<{ id: string; token: string } | null>(null);
  const save = (event: React.FormEvent): void => {
    event.preventDefault();
    void submit().then(({ data }) => {
      const token: unknown = data.record.params['app_secret_token'];
      if (data.redirectUrl && typeof token === 'string') setCreated({ id: data.record.id, token });
    });
  };
  if (created) return <Created name={String(record.params['account_name'])} {...created} />;
  return (
    <Box as="form" data-css="accounts-new-form" onSubmit={save} flex flexGrow={1} flexDirection="column">
      <DrawerContent>
        <EditFields resource={resource} record={record} names={names} onChange={handleChange} />
      </DrawerContent>
      <DrawerFooter>
        <Button variant="contained" type="submit" disabled={loading} data-testid="button-save">
          {loading ? <Icon icon="Loader" spin /> : null} Save
        </Button>
      </DrawerFooter>
    </Box>
  );
}

function Created({ id, token, name }: { id: string; token: string; name: string }): React.JSX.Element {
  return (
    <DrawerContent>
      <H4>{name} is ready</H4>
      <Text mb="lg">Data for this account is sent with its app secret token in the header CL-X-TOKEN.</Text>
      <TokenOnce token={token}>
        <Box mt="xl" className="dp-buttons">
          <Link to={`/admin/resources/destinations/actions/new?account_id=${id}`} className="dp-link-button">
            Add a destination
          </Link>
          <Link to={`/admin/resources/accounts/records/${id}/show`}>Go to the account</Link>
        </Box>
      </TokenOnce>
    </DrawerContent>
  );
}
