import type { ComponentChildren } from 'preact';
import { Suspense } from 'preact/compat';
import { panelId, tabId } from './tabs.tsx';

/** What all panels of the evidence room share. */
export interface PanelPlace {
  /** Id of the panel on screen. */
  active: string;
  onKeyDown(event: KeyboardEvent): void;
}

interface Props extends PanelPlace {
  id: string;
  /** A panel that scrolls by itself is not a stop for Tab: what is in it is. */
  scrollsItself?: boolean;
  /** Stands there also while another panel is on screen; others are fetched and made when they are opened. */
  kept?: boolean;
  /** Said while it is fetched. */
  loading?: string;
  children: ComponentChildren;
}

export function EvidencePanel(props: Props) {
  const { id, active, onKeyDown, scrollsItself = false, kept = false, loading, children } = props;
  const made = (kept || active === id) && !import.meta.env.SSR;
  return (
    <div
      class="evidence-panel"
      role="tabpanel"
      // What scrolls must be reachable by keyboard.
      tabIndex={scrollsItself ? undefined : 0}
      id={panelId('evidence', id)}
      aria-labelledby={tabId('evidence', id)}
      hidden={active !== id}
      onKeyDown={onKeyDown}
    >
      {made && <Suspense fallback={loading && <p class="room-empty">{loading}</p>}>{children}</Suspense>}
    </div>
  );
}
