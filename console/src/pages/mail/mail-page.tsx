import './mail.css';
import { getRouteApi } from '@tanstack/react-router';
import { Glass } from '../../parts/glass.tsx';
import { Page } from '../../parts/page.tsx';
import { Empty } from '../../parts/states.tsx';
import { TenantChoice, useTenant } from '../../parts/tenant-choice.tsx';
import { ThreadList } from './thread-list.tsx';
import { ThreadView } from './thread-view.tsx';

const route = getRouteApi('/shell/mail');

/** Threads to the left, the open one to the right; on a narrow screen one after the other. */
export function MailPage() {
  const tenant = useTenant();
  const { thread } = route.useSearch();
  if (tenant === undefined) {
    return (
      <Page title="Mail" lead="Every message belongs to one tenant.">
        <Empty title="Whose mail?">
          <TenantChoice />
        </Empty>
      </Page>
    );
  }
  return (
    <Page title="Mail" isFilled lead={`Threads of ${tenant}, newest first`}>
      <Glass tenant={tenant}>
        <div className="mail" data-open={thread !== undefined}>
          <ThreadList key={tenant} tenant={tenant} open={thread} />
          <article className="mail-view" aria-label="Thread">
            {thread === undefined ? (
              <Empty title="No thread open">Choose one from the list.</Empty>
            ) : (
              <ThreadView key={thread} tenant={tenant} id={thread} />
            )}
          </article>
        </div>
      </Glass>
    </Page>
  );
}
