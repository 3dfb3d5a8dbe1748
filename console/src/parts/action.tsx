import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useId, useRef, useState } from 'react';
import { sessionQuery } from '../api/queries.ts';
import { Problem } from './states.tsx';

interface Props<T> {
  /** What the button says, and the one that confirms. */
  readonly label: string;
  readonly title: string;
  /** What will happen, to how much, and how it is undone; fields, where something is to be said. */
  readonly children: ReactNode;
  /** The same from the command line. */
  readonly command: string;
  /** Gets what the fields among the children say. */
  readonly run: (given: FormData) => Promise<T>;
  /** What happened, in one sentence; the dialog shows it. */
  readonly done: (result: T) => ReactNode;
  readonly isDangerous?: boolean;
  readonly disabled?: boolean;
}

/** Whether who is signed in may change anything. */
export function useMayAct(): boolean {
  const role = useQuery(sessionQuery).data?.account?.role;
  return role === 'operator' || role === 'admin';
}

/**
 * A button that does something after a question: what, how it is undone, and the command that does the same. What was refused stands in the
 * dialog, in the words of the server. Viewers do not get it.
 */
export function Action<T>({ label, title, children, command, run, done, isDangerous, disabled }: Props<T>) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  // The question is there only while it is asked: what it counts is asked for then.
  const [isOpen, setOpen] = useState(false);
  const client = useQueryClient();
  const act = useMutation({ mutationFn: run });
  const mayAct = useMayAct();
  if (!mayAct) return null;
  const open = () => {
    act.reset();
    setOpen(true);
    dialog.current?.showModal();
  };
  const close = () => dialog.current?.close();
  // Not before: what was acted upon may be gone then, and this with it.
  const closed = () => {
    setOpen(false);
    if (act.isSuccess) void client.invalidateQueries();
  };
  return (
    <>
      <button type="button" className="button button-small" disabled={disabled} onClick={open}>
        {label}
      </button>
      <dialog ref={dialog} className="dialog" aria-labelledby={heading} onClose={closed}>
        {isOpen && (
          <form
            className="dialog-body"
            onSubmit={(event) => {
              event.preventDefault();
              act.mutate(new FormData(event.currentTarget));
            }}
          >
            <h2 id={heading}>{title}</h2>
            {act.isSuccess ? <p role="status">{done(act.data)}</p> : <div className="soft">{children}</div>}
            {!act.isSuccess && (
              <p className="faint note">
                On record in the audit trail. The same as <code>{command}</code>
              </p>
            )}
            {act.error && <Problem error={act.error} />}
            <div className="dialog-buttons">
              {act.isSuccess ? (
                <button type="button" className="button button-main" onClick={close}>
                  Close
                </button>
              ) : (
                <>
                  <button type="button" className="button" onClick={close}>
                    Leave it
                  </button>
                  <button type="submit" className="button button-main" data-dangerous={isDangerous ?? false} disabled={act.isPending}>
                    {label}
                  </button>
                </>
              )}
            </div>
          </form>
        )}
      </dialog>
    </>
  );
}
