import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { request, setCsrfToken } from '../../api/client.ts';
import { sessionQuery } from '../../api/queries.ts';
import type { Account, SessionInfo } from '../../api/types.ts';
import { Loading, Problem } from '../../parts/states.tsx';

/** Sign-in with name and password, or by a one-time link (`/sign-in#token`), which then asks for a password. */
export function SignInPage() {
  const router = useRouter();
  const client = useQueryClient();
  const { next } = useSearch({ from: '/sign-in' });
  const [link] = useState(() => window.location.hash.slice(1));
  const isLinkSent = useRef(false);

  useEffect(() => {
    document.title = 'Sign in · Plinth';
  }, []);

  const enter = (session: SessionInfo) => {
    client.clear();
    client.setQueryData(sessionQuery.queryKey, session);
    if (session.account) setCsrfToken(session.csrfToken);
  };
  const goOn = () => void router.navigate({ href: next?.startsWith('/') && !next.startsWith('//') ? next : '/', replace: true });

  const byLink = useMutation({
    mutationFn: () => request<SessionInfo>('/http/session/link', { method: 'POST', body: { token: link } }),
    onSuccess: (session) => {
      // The token is used up; it should not stay in the address or the history.
      window.history.replaceState(window.history.state, '', '/sign-in');
      enter(session);
    },
  });
  const byPassword = useMutation({
    mutationFn: (body: Credentials) => request<SessionInfo>('/http/session', { method: 'POST', body }),
    onSuccess: (session) => {
      enter(session);
      goOn();
    },
  });

  useEffect(() => {
    if (link === '' || isLinkSent.current) return;
    isLinkSent.current = true;
    byLink.mutate();
  }, [link, byLink.mutate]);

  if (byLink.isPending)
    return (
      <Frame title="Signing in">
        <Loading lines={3} />
      </Frame>
    );
  const account = byLink.data?.account;
  if (account) return <ChoosePassword account={account} onSaved={enter} onDone={goOn} />;
  return (
    <Frame title="Sign in">
      {byLink.error && <Problem error={byLink.error} />}
      <CredentialsForm
        verb="Sign in"
        error={byPassword.error}
        isBusy={byPassword.isPending}
        onSubmit={(given) => byPassword.mutate(given)}
      />
    </Frame>
  );
}

function ChoosePassword(props: { account: Account; onSaved: (session: SessionInfo) => void; onDone: () => void }) {
  const save = useMutation({
    mutationFn: (body: Credentials) => request<SessionInfo>('/http/account', { method: 'PUT', body }),
    onSuccess: (session) => {
      props.onSaved(session);
      props.onDone();
    },
  });
  return (
    <Frame title="Welcome">
      <p className="soft">You are signed in as {props.account.role}. Choose a name and a password, to come back without a new link.</p>
      <CredentialsForm
        verb="Save and continue"
        isNew
        name={props.account.name}
        error={save.error}
        isBusy={save.isPending}
        onSubmit={(given) => save.mutate(given)}
      />
      <button type="button" className="button button-quiet" onClick={props.onDone}>
        Not now
      </button>
    </Frame>
  );
}

interface Credentials {
  readonly name: string;
  readonly password: string;
}

function CredentialsForm(props: {
  verb: string;
  isNew?: boolean;
  name?: string;
  error: Error | null;
  isBusy: boolean;
  onSubmit: (given: Credentials) => void;
}) {
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        const given = new FormData(event.currentTarget);
        props.onSubmit({ name: String(given.get('name')), password: String(given.get('password')) });
      }}
    >
      {props.error && <Problem error={props.error} />}
      <label className="field">
        Name
        <input
          name="name"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          maxLength={63}
          defaultValue={props.name}
        />
      </label>
      <label className="field">
        Password
        <input
          name="password"
          type="password"
          autoComplete={props.isNew ? 'new-password' : 'current-password'}
          required
          minLength={props.isNew ? 12 : undefined}
          maxLength={256}
        />
        {props.isNew && <span className="faint">At least 12 characters.</span>}
      </label>
      <button type="submit" className="button button-main" disabled={props.isBusy}>
        {props.verb}
      </button>
    </form>
  );
}

function Frame({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className="sign-in">
      <div className="sign-in-card">
        <img src="/plinth.svg" alt="" width="36" height="36" />
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  );
}
