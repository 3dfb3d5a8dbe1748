import { type KeyboardEvent, type PointerEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import './pan-zoom.css';

interface View {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const zoomStep = 1.25;
const keys: Readonly<Record<string, (view: View) => View>> = {
  ArrowLeft: (view) => ({ ...view, x: view.x - view.width / 10 }),
  ArrowRight: (view) => ({ ...view, x: view.x + view.width / 10 }),
  ArrowUp: (view) => ({ ...view, y: view.y - view.height / 10 }),
  ArrowDown: (view) => ({ ...view, y: view.y + view.height / 10 }),
  '+': (view) => zoomed(view, 1 / zoomStep),
  '-': (view) => zoomed(view, zoomStep),
};

// Around a point given in parts of the view; by default its middle.
function zoomed(view: View, factor: number, atX = 0.5, atY = 0.5): View {
  const width = view.width * factor;
  const height = view.height * factor;
  return { x: view.x + (view.width - width) * atX, y: view.y + (view.height - height) * atY, width, height };
}

/** A drawing that is moved by dragging or arrow keys and zoomed by wheel, + and −, or buttons. */
export function PanZoom(props: { label: string; widthPx: number; heightPx: number; tools?: ReactNode; children: ReactNode }) {
  const whole: View = { x: 0, y: 0, width: props.widthPx, height: props.heightPx };
  // At first as wide as the drawing and half as high: of a tall one its upper part, in letters that can be read.
  const [view, setView] = useState<View>({ ...whole, height: Math.min(whole.height, whole.width / 2) });
  const drag = useRef<{ x: number; y: number; view: View } | undefined>(undefined);
  const svg = useRef<SVGSVGElement>(null);

  // React listens to wheels passively, and a passive listener cannot keep the page from scrolling.
  useEffect(() => {
    const element = svg.current;
    const turn = (event: WheelEvent) => {
      event.preventDefault();
      const box = (event.currentTarget as Element).getBoundingClientRect();
      const factor = event.deltaY > 0 ? 1.1 : 1 / 1.1;
      setView((old) => zoomed(old, factor, (event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height));
    };
    element?.addEventListener('wheel', turn, { passive: false });
    return () => element?.removeEventListener('wheel', turn);
  }, []);

  const move = (event: PointerEvent<SVGSVGElement>) => {
    if (!drag.current) return;
    const { x, y, view: start } = drag.current;
    const box = event.currentTarget.getBoundingClientRect();
    const perPx = Math.max(start.width / box.width, start.height / box.height);
    setView({ ...start, x: start.x - (event.clientX - x) * perPx, y: start.y - (event.clientY - y) * perPx });
  };
  const press = (event: KeyboardEvent) => {
    const change = keys[event.key];
    if (!change) return;
    event.preventDefault();
    setView(change);
  };

  return (
    <div className="drawing">
      <div className="list-tools">
        {props.tools}
        <span className="drawing-buttons">
          <button type="button" className="button" onClick={() => setView((old) => zoomed(old, 1 / zoomStep))}>
            Closer
          </button>
          <button type="button" className="button" onClick={() => setView((old) => zoomed(old, zoomStep))}>
            Farther
          </button>
          <button type="button" className="button" onClick={() => setView(whole)}>
            Whole
          </button>
        </span>
      </div>
      <section
        className="drawing-region"
        aria-label={`${props.label}; arrow keys move, plus and minus zoom`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys move what is seen
        tabIndex={0}
        onKeyDown={press}
      >
        <svg
          ref={svg}
          preserveAspectRatio="xMidYMin meet"
          viewBox={`${view.x} ${view.y} ${view.width} ${view.height}`}
          onPointerDown={(event) => {
            drag.current = { x: event.clientX, y: event.clientY, view };
          }}
          onPointerMove={move}
          onPointerUp={() => {
            drag.current = undefined;
          }}
          onPointerLeave={() => {
            drag.current = undefined;
          }}
        >
          <title>{props.label}</title>
          {props.children}
        </svg>
      </section>
    </div>
  );
}
