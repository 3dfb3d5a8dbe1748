import { useState } from 'react';
import { Icon } from './icon.tsx';

/** A long identifier, cut, with a button that copies all of it. */
export function Identifier({ value }: { value: string }) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(value);
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <span className="identifier">
      <code title={value}>{value.length > 13 ? `${value.slice(0, 8)}…${value.slice(-4)}` : value}</code>
      <button type="button" className="button-icon" onClick={() => void copy()} aria-label={isCopied ? 'Copied' : `Copy ${value}`}>
        <Icon name={isCopied ? 'check' : 'copy'} />
      </button>
    </span>
  );
}
