import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { whoSawQuery } from '../../api/queries.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { Answer, Empty } from '../../parts/states.tsx';
import { AskFor } from './ask-for.tsx';
import { eventColumns } from './event-columns.tsx';
import { EventDetail } from './event-detail.tsx';

const route = getRouteApi('/shell/audit');

/** Who read or changed the row with a key, of all time. */
export function WhoSaw() {
  const { subject, table } = route.useSearch();
  return (
    <>
      <AskFor
        label="Of which row"
        action="Ask"
        fields={[
          { name: 'subject', text: 'Key', placeholder: 'a uuid, a number …', value: subject },
          { name: 'table', text: 'Only in', placeholder: 'schema.table', value: table },
        ]}
      />
      {subject === undefined ? (
        <Empty title="Whose row?">
          Give its key. On record are reads of restricted columns through Plinth, and all changes of tracked tables.
        </Empty>
      ) : (
        <Answers subject={subject} table={table} />
      )}
    </>
  );
}

function Answers({ subject, table }: { subject: string; table: string | undefined }) {
  const { event } = route.useSearch();
  const query = useQuery(whoSawQuery(subject, table));
  return (
    <Answer query={query} lines={8}>
      {({ events }) => {
        const chosen = events.find((one) => one.id === event);
        return events.length === 0 ? (
          <Empty title="Nobody, as far as is on record" />
        ) : (
          <>
            {chosen && <EventDetail event={chosen} />}
            <DataTable label="events about it" columns={eventColumns} data={events} sort="-created" rowKey={(one) => one.id} />
          </>
        );
      }}
    </Answer>
  );
}
