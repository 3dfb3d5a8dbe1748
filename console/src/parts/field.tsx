import { type ReactNode, useId } from 'react';

/** Something to choose or to write, under its name. */
export function Field({ text, children }: { text: string; children: (id: string) => ReactNode }) {
  const id = useId();
  return (
    <div className="choice">
      <label className="choice-label" htmlFor={id}>
        {text}
      </label>
      {children(id)}
    </div>
  );
}
