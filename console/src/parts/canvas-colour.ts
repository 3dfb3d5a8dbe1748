import { useEffect, useState } from 'react';

/** A canvas knows no CSS variables: the browser resolves them on an element. */
export function resolveColour(element: HTMLElement, value: string): string {
  const probe = document.createElement('span');
  probe.style.color = value;
  element.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}

const readScheme = () => `${document.documentElement.dataset.theme} ${matchMedia('(prefers-color-scheme: dark)').matches}`;

/** Changes when the page turns light or dark, by the system or by choice. */
export function useScheme(): string {
  const [scheme, setScheme] = useState(readScheme);
  useEffect(() => {
    const update = () => setScheme(readScheme());
    const media = matchMedia('(prefers-color-scheme: dark)');
    media.addEventListener('change', update);
    const observer = new MutationObserver(update);
    observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    return () => {
      media.removeEventListener('change', update);
      observer.disconnect();
    };
  }, []);
  return scheme;
}
