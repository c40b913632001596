import { useCurrentAdmin } from 'adminjs';
import React, { useEffect, useState } from 'react';
import type { DeliveryView } from '../../ledger/views.ts';
import { Bulk } from './bulk.tsx';
import { DeliveriesTable } from './deliveries-table.tsx';
import { FilterBar } from './filter-bar.tsx';
import { DELIVERY_KIND } from './filters.ts';
import { FindBox } from './find-box.tsx';
import { ExportLinks, LiveSwitch, Pager } from './list-parts.tsx';
import { Empty, ErrorBox, Loading, PageHead } from './pieces.tsx';
import { useLedgerList } from './use-ledger-list.ts';

const PATH = '/admin/resources/deliveries';

/** Every delivery, newest first: found, filtered, followed live, and dealt with in bulk. */
export function DeliveriesList(): React.JSX.Element {
  const [admin] = useCurrentAdmin();
  const [chosen, setChosen] = useState<ReadonlyMap<string, DeliveryView>>(new Map());
  const list = useLedgerList<DeliveryView>(PATH, 'deliveries', chosen.size > 0);
  const { data, error, isLoading, reload, filters } = list;
  const asked = JSON.stringify(filters);
  useEffect(() => setChosen(new Map()), [asked]);
  const mayAct = admin?.['role'] !== 'viewer';
  return (
    <div className="dp-page dp-wide">
      <PageHead title="Deliveries">
        <LiveSwitch list={list} />
        <ExportLinks kind="deliveries" filters={filters} />
      </PageHead>
      <FindBox />
      <FilterBar path={PATH} kind={DELIVERY_KIND} filters={filters} />
      <Bulk
        filters={filters}
        chosen={[...chosen.values()]}
        onChange={() => {
          setChosen(new Map());
          reload();
        }}
      />
      {error === null ? null : <ErrorBox text={error} onRetry={reload} />}
      {data === null && error === null ? <Loading what="deliveries" /> : null}
      {data && data.rows.length === 0 ? <NoDeliveries isFiltered={Object.keys(filters).length > 0} /> : null}
      {data && data.rows.length > 0 ? (
        <DeliveriesTable rows={data.rows} isStale={isLoading} {...(mayAct && { chosen, onChoose: setChosen })} />
      ) : null}
      <Pager list={list} />
    </div>
  );
}

function NoDeliveries({ isFiltered }: { isFiltered: boolean }): React.JSX.Element {
  return (
    <Empty>
      {isFiltered
        ? 'No delivery matches this filter.'
        : 'Nothing has been delivered yet. Each event that is received makes one delivery for each destination.'}
    </Empty>
  );
}
