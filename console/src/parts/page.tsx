import { type ReactNode, useEffect } from 'react';

/** Head and body of a page. `isFilled`: the body takes the height of the window and scrolls inside. */
export function Page(props: { title: string; lead?: ReactNode; aside?: ReactNode; isFilled?: boolean; children: ReactNode }) {
  useEffect(() => {
    document.title = `${props.title} · Plinth`;
  }, [props.title]);
  return (
    <div className="page" data-filled={props.isFilled ?? false}>
      <header className="page-head">
        <div className="page-title">
          <h1>{props.title}</h1>
          {props.lead && <p className="soft">{props.lead}</p>}
        </div>
        {props.aside && <div className="page-aside">{props.aside}</div>}
      </header>
      {props.children}
    </div>
  );
}

/** A titled part of a page. */
export function Panel({ title, note, aside, children }: { title: string; note?: ReactNode; aside?: ReactNode; children: ReactNode }) {
  return (
    <section className="panel">
      <header className="panel-head">
        <h2>{title}</h2>
        {note && <p className="faint">{note}</p>}
        {aside && <div className="panel-aside">{aside}</div>}
      </header>
      {children}
    </section>
  );
}
