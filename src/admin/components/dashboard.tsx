import { Box, H2, H4, Loader, Text } from '@adminjs/design-system';
import { ApiClient } from 'adminjs';
import React, { useEffect, useState } from 'react';
import { Link } from 'react-router-dom';
import type { Overview } from '../overview.ts';

/** The first page: how much there is, and on an empty install what to do first. */
export function Dashboard(): React.JSX.Element {
  const [overview, setOverview] = useState<Overview | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    new ApiClient().getDashboard<Overview>().then(
      ({ data }) => setOverview(data),
      () => setFailed(true),
    );
  }, []);
  if (failed) return <Box p="xl">The service did not answer. Reload the page to try again.</Box>;
  if (!overview) return <Loader />;
  return (
    <Box p="xl" className="dp-dashboard">
      <H2>Data Pusher</H2>
      <Text>{overview.accounts} accounts</Text>
      <H4>
        <Link to="/admin/resources/accounts">Accounts</Link>
      </H4>
    </Box>
  );
}
